"""What it costs to draw a picture anew: time by the clock, processor time, and memory at its peak.

    python -m bench.pictures [ROUNDS]

Made-up photos of 6, 12 and 24 million pixels with the grain of a small camera, by the process that
the gateway starts for each. Its peak counts from what its parent had, so this one stays small: the
photos are made by another.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config.schema import AttachmentSettings

PAINTER = Path(__file__).parent.parent / "gateway/attachments/painter.py"
KINDS = ("jpeg", "png", "webp")
SIZES = {6: (3000, 2000), 12: (4000, 3000), 24: (5712, 4284)}
MAKE = """
import sys
from PIL import Image
width, height, kind, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
coarse = [Image.effect_noise((width // step, height // step), 60).resize((width, height))
          for step in (16, 24, 32)]
grain = Image.effect_noise((width, height), 12)
photo = Image.merge("RGB", [Image.blend(one, grain, 0.3) for one in coarse])
if kind == "png":
    photo = photo.quantize(64).convert("RGB")
turned = Image.Exif()
turned[0x0112] = 6
photo.save(path, kind, exif=turned, quality=85)
"""


def main() -> None:
    """Print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| picture | MB sent | ms | processor ms | MB at the peak | MB kept |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for millions, size in SIZES.items():
            for kind in KINDS:
                _row(f"{millions} megapixels, {kind}", size, kind, Path(folder), rounds)


def _row(name: str, size: tuple[int, int], kind: str, folder: Path, rounds: int) -> None:
    sent, drawn = folder / "sent", folder / "drawn"
    asked = [str(one) for one in (*size, kind, sent)]
    subprocess.run([sys.executable, "-c", MAKE, *asked], check=True)
    clock, own, peak = zip(*(_drawn(sent, drawn, kind) for _ in range(rounds)), strict=True)
    figures = (statistics.median(clock) * 1000, statistics.median(own) * 1000, max(peak) / 1024)
    size_sent, size_kept = (path.stat().st_size / 1e6 for path in (sent, drawn))
    print(f"| {name} | {size_sent:.1f} | {figures[0]:.0f} | {figures[1]:.0f} | {figures[2]:.0f}"
          f" | {size_kept:.1f} |", flush=True)  # fmt: skip


def _drawn(sent: Path, drawn: Path, kind: str) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of the processor, KiB."""
    pixels = AttachmentSettings().megapixels_max * 1_000_000
    began = time.perf_counter()
    with sent.open("rb") as given, drawn.open("wb") as made:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(PAINTER), f"image/{kind}", str(pixels), str(1 << 30)],
            stdin=given, stdout=made, env={}, cwd="/",
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The painter ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss


if __name__ == "__main__":
    main()
