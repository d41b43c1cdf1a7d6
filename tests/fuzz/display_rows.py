"""Whatever text is to be shown: as many cells as there are, and no byte that is a command."""

from typing import get_args

from devices.drivers._cells import Encoding, TooLong, row

SEEDS = (
    b"\x0cEspresso beans\t18.50",
    "\x0c绿茶一百克特价优惠\t¥5.40".encode(),
    "\x01Ångström ﬁ ½ 𠮷 \u200b\t€".encode(),
    b"\x0ca\x1b@\x0cb\rc\td\te",
)


def target(data: bytes) -> None:
    """The first byte is the width, the rest the text."""
    columns = 8 + (data[0] if data else 0) % 33
    text = data[1:].decode("utf-8", "surrogateescape")
    for encoding in get_args(Encoding):
        try:
            shown = row(text, columns, encoding)
        except TooLong:
            assert "\t" in text
            continue
        assert len(shown) == columns
        assert min(shown) >= 0x20
        shown.decode(encoding)
