"""What is sent as a picture is drawn or it is not; what is drawn is a picture and no more."""

import io
import warnings

from PIL import Image

from gateway.attachments import magic, painter

_TYPES = sorted(magic.PICTURES)
_PIXELS_MAX = 100_000


def _seed(number: int, mode: str, **more: object) -> bytes:
    kind = _TYPES[number].partition("/")[2]
    made = io.BytesIO()
    Image.linear_gradient("L").resize((12, 9)).convert(mode).save(made, kind, **more)
    return bytes([number]) + made.getvalue()


SEEDS = [
    _seed(0, "RGB"), _seed(0, "CMYK", progressive=True), _seed(0, "L", exif=b"Exif\0\0II*\0\x08"),
    _seed(1, "RGBA"), _seed(1, "P"), _seed(1, "1"), _seed(2, "RGB"),
    _seed(2, "RGBA", lossless=True),
]  # fmt: skip


def target(data: bytes) -> None:
    """The first byte says what the others are sent as."""
    type_ = _TYPES[data[0] % len(_TYPES) if data else 0]
    try:
        with warnings.catch_warnings(action="ignore"):
            made = painter.draw(data[1:], type_, _PIXELS_MAX)
    except Exception:  # noqa: BLE001 (as the painter's own process takes it: it is no picture)
        return
    assert magic.media_type(made[: magic.HEAD_BYTES]) == type_
    drawn = Image.open(io.BytesIO(made))
    drawn.load()
    assert drawn.width * drawn.height <= _PIXELS_MAX
    assert not drawn.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & drawn.info.keys()
