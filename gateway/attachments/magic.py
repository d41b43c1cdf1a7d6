"""What a file is by its first bytes; what its sender says is only compared with that (pure)."""

from collections.abc import Mapping
from typing import Final

HEAD_BYTES: Final = 12
EXTENSIONS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf",
}  # fmt: skip
# What is drawn anew here.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


def media_type(head: bytes) -> str:
    """The media type of a file that begins like this; empty for one that is not known."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if head.startswith(b"%PDF-") else ""
