"""Comparisons as pages that an accountant keeps (PDF)."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gateway.kernel.languages import SIMPLIFIED, TRADITIONAL
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.report import differences
from sync.erp.tallying.sides import Finding

# Fonts that every reader of PDF brings along for these languages; nothing has to be shipped.
FONTS: Final = {SIMPLIFIED: "STSong-Light", TRADITIONAL: "MSung-Light"}
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
MARGIN, LEADING = 40, 14


@dataclass(frozen=True, slots=True)
class Head:
    """What a report is about: the shop, the ERP, the days, and when it was written."""

    shop: str
    consumer: str
    since: str
    until: str
    written_at: str


def document(
    head: Head,
    found: Sequence[Kept],
    findings: Mapping[tuple[str, str], Sequence[Finding]],
    words: Mapping[str, str],
    language: str,
) -> bytes:
    """The same as a PDF on A4, in the words of a language."""
    fonts = (PLAIN, BOLD)
    if language in FONTS:
        pdfmetrics.registerFont(UnicodeCIDFont(FONTS[language]))
        fonts = (FONTS[language], FONTS[language])
    into = io.BytesIO()
    canvas = Canvas(into, pagesize=A4, pageCompression=0)
    canvas.setTitle(f"{words['title']} {head.consumer} {head.since} {head.until}")
    pages = _Pages(canvas, fonts, words["page"])
    pages.say(words["title"], size=18, bold=True)
    pages.say(f"{head.shop} – {head.consumer}, {head.since} – {head.until}")
    pages.say(f"{words['written']}: {head.written_at}")
    for one in found:
        _tell(pages, one, findings.get((one.source, one.day), ()), words)
    canvas.save()
    return into.getvalue()


def _tell(
    pages: "_Pages", one: Kept, findings: Sequence[Finding], words: Mapping[str, str]
) -> None:
    pages.say("")
    verdict = words["same" if one.agrees else "apart"]
    pages.say(f"{one.day or words['now']}  {one.source}: {verdict}", bold=True)
    counts = {"ours": one.ours, "theirs": one.theirs, "waiting": one.waiting}
    pages.say(", ".join(f"{words[name]} {count}" for name, count in counts.items()))
    for name, (ours, theirs) in sorted(one.sums.items()):
        pages.say(f"{name}: {words['ours']} {ours}, {words['theirs']} {theirs}")
    pages.say(f"SHA-256 {words['ours']} {one.ours_hash}", size=7)
    pages.say(f"SHA-256 {words['theirs']} {one.theirs_hash}", size=7)
    for each in findings:
        name = each.title or each.id
        pages.say(f"– {words[each.fault]}: {name}  {differences(each)}", size=9)
    if one.differing > len(findings):
        pages.say(f"– {words['more']} {one.differing - len(findings)}", size=9)


class _Pages:
    """Lines down one page after another, each numbered at its foot."""

    def __init__(self, canvas: Canvas, fonts: tuple[str, str], page: str) -> None:
        self._canvas = canvas
        self._width, self._height = A4
        self._fonts = fonts
        self._page = page
        self._number = 0
        self._y = 0.0
        self._turn()

    def say(self, text: str, *, size: float = 10, bold: bool = False) -> None:
        """A line, broken where it is too long for the page."""
        font = self._fonts[bold]
        room = self._width - 2 * MARGIN
        for line in _broken(text, lambda part: self._canvas.stringWidth(part, font, size) <= room):
            if self._y < MARGIN + LEADING:
                self._canvas.showPage()
                self._turn()
            self._canvas.setFont(font, size)
            self._canvas.drawString(MARGIN, self._y, line)
            self._y -= max(LEADING, size * 1.4)

    def _turn(self) -> None:
        self._number += 1
        self._y = self._height - MARGIN - LEADING
        self._canvas.setFont(self._fonts[0], 8)
        self._canvas.drawRightString(
            self._width - MARGIN, MARGIN / 2, f"{self._page} {self._number}"
        )


def _broken(text: str, fits: Callable[[str], bool]) -> Iterable[str]:
    while not fits(text):
        end = len(text)
        while end > 1 and not fits(text[:end]):
            end -= 1
        yield text[:end]
        text = text[end:]
    yield text
