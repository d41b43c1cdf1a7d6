"""Draws one picture anew, in a process of its own that can do nothing else. It is run as a script.

A decoder is what a hostile file is made for. So this one gets a file on its standard input, gives
the picture on its standard output, and tells by its exit code what became of it; it knows no key,
opens no file, and ends after one picture. Nothing of Waystation is imported here.

What is drawn is what is seen: turned as its notes say, and without the notes, the profile, the
small picture beside it, and whatever stood behind its end.
"""

import io
import os
import resource
import sys
from pathlib import Path
from typing import Final

from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

UNREADABLE: Final = 10
TOO_LARGE: Final = 11
MOVES: Final = 12
SHORT: Final = 13  # of memory

_SECONDS: Final = 20
# Behind the sales; on a box that is busy for long, the last in line would never come to an end.
_NICE: Final = 5
# Decoded, turned, and what an encoder keeps beside it; what Python and its libraries map.
_PIXEL_BYTES: Final = 28
_OWN_BYTES: Final = 128 << 20
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# None of them may have to be looked for once no file can be opened.
_NEEDED: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
# The sum of the table that libjpeg scales by the quality.
_TABLE_SUM: Final = 3688
_QUALITY: Final = (40, 95)
_QUALITY_UNKNOWN: Final = 90
_WEBP_QUALITY: Final = 85
_PNG_EFFORT: Final = 4


class Refused(Exception):
    """Not drawn; ``code`` is what the process ends with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def draw(content: bytes, media_type: str, pixels_max: int) -> bytes:
    """The same picture in the same format; Refused, or whatever a broken file lets Pillow raise."""
    Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is decoded
    format_ = _FORMATS[media_type]
    with Image.open(io.BytesIO(content), formats=(format_,)) as image:
        if image.width * image.height > pixels_max:
            raise Refused(TOO_LARGE)
        # Several pictures in one JPEG are one photo and what the camera noted beside it.
        if format_ != "JPEG" and getattr(image, "is_animated", False):
            raise Refused(MOVES)
        image.load()
        how = _how(image, content, format_)
        drawn = _plain(_upright(image), format_)
        drawn.info.clear()
        made = io.BytesIO()
        drawn.save(made, format_, **how)
        return made.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 (a photo whose notes are broken is a photo)
        turn = None
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image, format_: str) -> Image.Image:
    """As everybody can show it: 8 bits a channel, and no inks of a printer."""
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    if format_ == "JPEG":
        wanted = "L" if image.mode == "L" else "RGB"
    elif image.has_transparency_data:
        wanted = image.mode if image.mode in {"LA", "RGBA"} else "RGBA"
    else:
        wanted = image.mode if image.mode in {"1", "L", "P"} else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _how(image: Image.Image, content: bytes, format_: str) -> dict[str, object]:
    if format_ == "JPEG":
        # Browsers fit their tables of codes to the picture, too: without that it would grow.
        how = {"quality": _quality(image), "subsampling": _subsampling(image)}
        return {**how, "optimize": True}
    if format_ == "PNG":
        return {"compress_level": _PNG_EFFORT}
    if _is_lossless(content):
        return {"lossless": True, "quality": 0, "method": 0}  # the effort, which takes memory
    return {"quality": _WEBP_QUALITY, "method": 2}


def _quality(image: Image.Image) -> int:
    """As good as it came, as far as its tables tell: drawing it again then changes next to nothing.
    The tables themselves are not taken over.
    """
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or 0 not in image.quantization:
        return _QUALITY_UNKNOWN
    scale = 100 * sum(image.quantization[0]) / _TABLE_SUM
    estimated = 100 - scale / 2 if scale <= 100 else 5000 / scale
    return min(max(round(estimated), _QUALITY[0]), _QUALITY[1])


def _subsampling(image: Image.Image) -> int:
    found = JpegImagePlugin.get_sampling(image)
    return found if found in {0, 1, 2} else 2


def _is_lossless(content: bytes) -> bool:
    """Whether a WebP says so in one of its chunks."""
    place = 12
    while place + 8 <= len(content):
        if content[place : place + 4] == b"VP8L":
            return True
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return False


def _confine(pixels_max: int, bytes_max: int) -> None:
    """Give up what one picture does not need, for good."""
    os.nice(_NICE)
    # Where memory runs out for all, this goes and not the gateway.
    Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    memory = _OWN_BYTES + _PIXEL_BYTES * pixels_max
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, bytes_max),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),  # the three that are open stay so
    ):
        resource.setrlimit(limit, (most, most))


def main(media_type: str, pixels_max: int, bytes_max: int) -> int:
    """From standard input to standard output; the exit code."""
    Image.preinit()
    _confine(pixels_max, bytes_max)
    try:
        made = draw(sys.stdin.buffer.read(), media_type, pixels_max)
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    except Refused as refused:
        return refused.code
    except MemoryError:
        return SHORT
    except Exception:  # noqa: BLE001 (what a broken file lets a decoder raise is not written down)
        return UNREADABLE
    return 0


if __name__ == "__main__":
    os._exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
