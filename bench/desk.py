"""A person at the console with a camera and a watch."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, ViewportSize, expect

from bench import bystanders, machine, report
from bench.peers.gateway import Gateway

WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
PATIENCE_MS: Final = 3 * 3_600_000
HEADS: Final = {
    "cpu_s": "processor seconds",
    "cpu_ms_row": "of it per row, ms",
    "memory_mib": "memory, MiB",
    "peak_mib": "at the most",
    "bytes": "bytes",
    "scans": "scans: half / 99 of 100 / longest",
    "pushes": "customers of the phone",
}


@dataclass
class Report:
    """One line for each step: seconds, processor seconds, memory at its end and at the most, the
    size of what it downloaded, and how others fared.
    """

    gateway: Gateway
    watched: dict[str, bystanders.Bystander] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, rows: int = 0) -> Iterator[dict[str, Any]]:
        """Measure what happens inside, which may say more about it."""
        assert self.gateway.program is not None
        root = self.gateway.program.pid
        for one in self.watched.values():
            one.cut()
        machine.forget_peak(root)
        more: dict[str, Any] = {}
        started, cpu = time.perf_counter(), machine.cpu_s(root)
        yield more
        took, used = time.perf_counter() - started, machine.cpu_s(root) - cpu
        line = {
            "step": name, "seconds": round(took, 1), "cpu_s": round(used, 1),
            "cpu_ms_row": round(used / rows * 1000, 2) if rows else None,
            "memory_mib": round(machine.memory_mib(root)),
            "peak_mib": round(machine.peak_mib(root)), **more,
            **{who: bystanders.told(one.cut()) for who, one in self.watched.items()},
        }  # fmt: skip
        self.lines.append(line)
        print(json.dumps(line, ensure_ascii=False), flush=True)

    def table(self) -> str:
        """The lines as Markdown."""
        heads = ["step", "seconds", *HEADS.values()]
        names = ["step", "seconds", *HEADS]
        rows = [[_written(line.get(name)) for name in names] for line in self.lines]
        return report.table(heads, rows)


def _written(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value or "")


@dataclass
class Desk:
    """A person at the console, with a camera."""

    page: Page
    pictures: Path
    report: Report

    def open(self, name: str) -> None:
        """Go to a screen by its name."""
        self.page.set_viewport_size(WIDE)
        navigation = self.page.get_by_role("navigation", name="Console")
        navigation.get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def shoot(self, name: str) -> None:
        """A picture at the size of a desk and at that of a phone."""
        for size, shape in (("desk", WIDE), ("phone", NARROW)):
            self.page.set_viewport_size(shape)
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=self.pictures / f"{name}-{size}.png", full_page=True)
            wide = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide == 0, f"{name} is {wide} px too wide for a {size}"
        self.page.set_viewport_size(WIDE)

    def wait(self, heading: str, until: str = "", picture: str = "") -> None:
        """Until a pass is over; a picture of it under way, below the heading ``until``."""
        done = self.page.get_by_role("heading", name=heading)
        if until:
            expect(self.page.get_by_role("heading", name=until)).to_be_visible()
            begun = self.page.locator("progress:not([value='0'])")
            expect(begun.or_(done).first).to_be_visible(timeout=PATIENCE_MS)
            self.shoot(picture)
        expect(done).to_be_visible(timeout=PATIENCE_MS)

    def figures(self) -> dict[str, int]:
        """The counts on the page, by their names."""
        found = self.page.locator("dl.figures > div").all()
        pairs = [(one.locator("dt").inner_text(), one.locator("dd").inner_text()) for one in found]
        return {name: int(re.sub(r"\D", "", count)) for name, count in pairs}

    def saved(self, press: Callable[[], None]) -> Path:
        """The file that a press of a button brings."""
        with self.page.expect_download(timeout=PATIENCE_MS) as download:
            press()
        path = self.pictures / download.value.suggested_filename
        download.value.save_as(path)
        return path
