"""Which pictures stand on the page, and what is written below them."""

from pathlib import Path

from docs.gallery.camera import View

LIGHT, DARK = "light", "dark"
Picture = tuple[str, tuple[str, View], str]


def _phone(
    name: str, screen: str, words: str, scheme: str = LIGHT, language: str = "en"
) -> Picture:
    return name, (f"app/{screen}", View("phone", scheme, language)), words


def _desk(name: str, screen: str, words: str, scheme: str = LIGHT, language: str = "en") -> Picture:
    return name, (f"console/{screen}", View("desk", scheme, language)), words


# Title, what is said of them all, and the pictures.
PARTS: tuple[tuple[str, str, tuple[Picture, ...]], ...] = (
    (
        "The phone app: a day on the road",
        "Everything here works without a network; the pill in the corner says what has not been"
        " sent.",
        (
            _phone("today", "today", "What is due, what was begun, what was done."),
            _phone("customers", "customers", "One search box over everybody, narrowed by a tap."),
            _phone("customer", "customer_0", "A customer, and how far the last entry has come."),
            _phone("customer-zh", "customer_1", "The same in Chinese, in the dark.", DARK, "zh-CN"),
            _phone("visit", "visit", "A visit has begun where the phone stands."),
            _phone("tasks", "tasks", "Tasks, a tap finishes one.", DARK, "zh-Hant"),
            _phone("scan", "scan", "What is this, and what does it cost?"),
            _phone("count", "count", "Shelves are counted, blind, with any scanner."),
            _phone("count-review", "count_review", "Then it is looked over.", DARK, "zh-CN"),
            _phone("delivery", "delivery", "A delivery, and what of it is still open."),
            _phone("entry", "entry_2", "A form that says at once what cannot be right."),
            _phone("check", "entry_6", "Everything once more before it is saved.", DARK, "zh-CN"),
        ),
    ),
    (
        "Without a network, and when something needs a person",
        "",
        (
            _phone("offline", "offline/sync", "Out of reach: what waits, since when, what next."),
            _phone("withdraw", "offline/withdraw", "What waits can be withdrawn.", DARK),
            _phone("needs", "needs/sync", "Two words for one field, and an entry to be mended."),
            _phone("needs-zh", "needs/sync", "The same in Chinese.", DARK, "zh-CN"),
        ),
    ),
    (
        "The door",
        "",
        (
            _phone("sign-in", "sign_in", "Once with the network of the shop."),
            _phone("pair", "pair", "Or with a code that a manager shows.", DARK, "zh-Hant"),
            _phone("opening", "opening", "What lies on a phone is sealed."),
            _phone("locked", "locked", "A locked phone tells nobody anything.", DARK),
        ),
    ),
    (
        "The console: the shop at a glance",
        "",
        (
            _desk("live", "live", "Scans and sales as they happen, and what waits for a person."),
            _desk("live-zh", "live", "The same in Chinese, in the dark.", DARK, "zh-CN"),
            _desk("devices", "devices", "Scanners that were found, and the phones of the shop."),
            _desk("sync", "sync", "How far the ERP has come, and what the phones still hold."),
            _desk("batch", "batch", "What the ERP said of each entry.", DARK),
            _desk("quarantine", "quarantine_other", "Refused, and kept whole until it is mended."),
        ),
    ),
    (
        "The console: decisions",
        "",
        (
            _desk("approvals", "approvals", "What takes two people."),
            _desk("conflicts", "conflicts", "Two values for one field.", DARK, "zh-CN"),
            _desk("duplicates", "duplicates", "Customers that may have been entered twice."),
            _desk("merge", "merge", "One customer of two, field by field.", LIGHT, "zh-Hant"),
        ),
    ),
    (
        "The console: customers, products, files",
        "",
        (
            _desk("desk-customers", "customers", "Everybody the shop knows."),
            _desk("desk-customer", "customer_0", "Each value with where it came from."),
            _desk("desk-edit", "customer_edit", "The form of the desk, made for the keyboard."),
            _desk("stock", "stock", "What is on hand, and where."),
            _desk("shifts", "shifts", "Drawers, and whether a number is missing.", DARK),
            _desk("worklist", "worklist", "What to mend first.", DARK, "zh-CN"),
            _desk("products", "products", "What is scanned and sold."),
            _desk("mapped", "import_mapped", "A file from elsewhere: which column goes where."),
            _desk("checked", "import_checked", "Every row is checked first.", DARK, "zh-CN"),
        ),
    ),
    (
        "The console: people and settings, and the first day",
        "",
        (
            _desk("users", "users", "Who works here, and what each may do."),
            _desk("pairing", "pair_phone", "A phone is let in.", DARK),
            _desk("audit", "audit", "Who did what, and proof that nothing was altered."),
            _desk("schedule", "schedule", "What the gateway does by the clock."),
            _desk("settings", "settings", "Every setting, and where it comes from."),
            _desk("set-up", "set_up", "The first visitor names the shop.", LIGHT, "zh-CN"),
            _desk("first-day", "empty/live", "Nothing has happened yet.", DARK, "zh-Hant"),
        ),
    ),
)

CHOSEN: dict[str, tuple[str, View]] = {
    name: wanted for _, _, pictures in PARTS for name, wanted, _ in pictures
}
HEAD = """# The gallery

Pictures of the real app and the real console in front of a real gateway, after a busy morning in a
shop that does not exist. They are taken by `make gallery`, which also leaves every other screen in
`build/gallery`: on a phone and at a desk, light and dark, in English, simplified and traditional
Chinese. Nothing here is drawn by hand; a picture that has grown old is taken again.
"""
# Side by side on a page of 1280 px or so.
WIDTHS = {"phone": 240, "desk": 480}


def page() -> str:
    """docs/gallery.md."""
    parts = [HEAD]
    for title, told, pictures in PARTS:
        parts.append(f"## {title}\n" + (f"\n{told}\n" if told else ""))
        rows = 3 if pictures[0][1][1].size == "phone" else 2
        starts = range(0, len(pictures), rows)
        parts += [_row(pictures[at : at + rows]) + "\n" for at in starts]
    return "\n".join(parts)


def _row(pictures: tuple[Picture, ...]) -> str:
    cells = [
        f'<img src="pictures/{name}.webp" width="{WIDTHS[view.size]}" alt="{words}"><br>{words}'
        for name, (_, view), words in pictures
    ]
    line = " | ".join(cells)
    return f"| {line} |\n|{'---|' * len(cells)}"


def write_page(path: Path) -> None:
    """Write it where it stands."""
    path.write_text(page(), "utf-8")
