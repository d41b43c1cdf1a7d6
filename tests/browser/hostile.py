"""Texts that would be scripts somewhere else, and a look for what runs."""

RUN = "hit()"
SHAPES = (
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", '"><script>{}</script>',
    "'><img src=x onerror={}>", "javascript:{}", "<iframe srcdoc='<script>{}</script>'>",
    "<a href='javascript:{}'>x</a>", "</title><script>{}</script>", "<body onload={}>",
    "<details open ontoggle={}>", "<math><mi xlink:href='javascript:{}'>", "${{{}}}", "{{{{{}}}}}",
    "<input autofocus onfocus={}>", "<style>@import'x'</style><img/src/onerror={}>",
    "<marquee onstart={}>", "<object data='javascript:{}'>", "<embed src='javascript:{}'>",
    "-->\u200b<script>{}</script>",
)  # fmt: skip
# Each as it is, in capitals, and in full-width brackets, which some places fold.
HOSTILE = [
    turned(shape.format(RUN))
    for shape in SHAPES
    for turned in (
        str,
        lambda text: text.upper().replace("HIT", "hit"),
        lambda text: f"＜b＞{text}",
    )
]
PER_RECORD = 10
WATCH = """
window.found = [];
window.hit = () => window.found.push("ran");
addEventListener("securitypolicyviolation", (event) => window.found.push(event.violatedDirective));
"""
# What none of our screens is built from.
STRANGE = "main :is(script, iframe, object, embed, marquee, math, [onerror], [onload], [onfocus])"


def customers() -> list[dict[str, object]]:
    """Customers that hold all of it: in the name, the notes, and the contacts."""
    made: list[dict[str, object]] = []
    for first in range(0, len(HOSTILE), PER_RECORD):
        texts = HOSTILE[first : first + PER_RECORD]
        contacts = {f"c{place}": {"name": text} for place, text in enumerate(texts)}
        notes = " ".join(texts)
        made.append({"legal_name": texts[0], "notes": notes, "contacts": contacts})
    return made
