"""Takes a screen as it stands: in both sizes and both schemes, whole, into a folder of its own."""

import base64
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "zh-CN", "zh-Hant")
HIGHEST = 3000  # px; a long list is cut off there
QUALITY = 82
# Whatever still moves, comes or is drawn: two frames without it.
STILL = """
() => document.fonts.ready
  .then(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null))))
  .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
"""


@dataclass(frozen=True)
class View:
    """One of the ways in which a screen is looked at."""

    size: str
    scheme: str
    language: str


@dataclass
class Camera:
    """``folder`` takes every picture as PNG; ``chosen`` those of docs/pictures, by their name, as
    screen and view. ``brief``: only these are taken.
    """

    folder: Path
    pictures: Path
    chosen: dict[str, tuple[str, View]]
    brief: bool = False
    taken: int = field(default=0, init=False)

    def take(self, page: Page, screen: str, language: str) -> None:
        """``screen`` names a folder and a picture, such as "app/today"."""
        for size, scheme in itertools.product(SIZES, SCHEMES):
            view = View(size, scheme, language)
            if self.brief and (screen, view) not in self.chosen.values():
                continue
            width, height = SIZES[size]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate("scrollTo(0, 0)")
            page.evaluate(STILL)
            self._keep(page, screen, view)

    def _keep(self, page: Page, screen: str, view: View) -> None:
        names = (view.size, view.scheme, view.language)
        path = self.folder / Path(screen).parent / f"{Path(screen).name}.{'.'.join(names)}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        width, height = SIZES[view.size]
        whole = min(HIGHEST, int(page.evaluate("document.documentElement.scrollHeight")))
        clip = {"x": 0, "y": 0, "width": width, "height": max(whole, height)}
        path.write_bytes(captured(page, "png", clip))
        for name, wanted in self.chosen.items():
            if wanted == (screen, view):
                clip = {"x": 0, "y": 0, "width": width, "height": height}
                (self.pictures / f"{name}.webp").write_bytes(captured(page, "webp", clip))
        self.taken += 1


def captured(page: Page, kind: str, clip: dict[str, int]) -> bytes:
    """The part of the page inside ``clip``, in px, also what lies below the window."""
    how: dict[str, Any] = {"format": kind, "captureBeyondViewport": True}
    if kind == "webp":
        how["quality"] = QUALITY
    session = page.context.new_cdp_session(page)
    found = session.send("Page.captureScreenshot", {**how, "clip": {**clip, "scale": 1}})
    session.detach()
    return base64.b64decode(found["data"])
