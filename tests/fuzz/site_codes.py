"""Whatever somebody writes as a code of the shop: refused in a sentence, or cheap to try."""

from devices.codes.site_codes import parse_codes, read_code
from gateway.kernel import canonical

SEEDS = (
    b"shelf A(?P<aisle>[0-9]{2})-(?P<bay>[0-9]{1,3}) ; A07-12 aisle=07 bay=12",
    b"staff S[0-9]{6} ; S123456", b"box (?P<gtin>[0-9]{8,14})X? ; 4006381333931X",
    b"a (x|y){1,8} ; xyxy", b"b [A-Z]{1,99}[A-Z]{1,99} ; AB", b"c a+ ; aaa",
)  # fmt: skip
TEXTS = ("", "A07-12", "4006381333931X", "x" * 200, "xy" * 60, "0" * 40)


def target(data: bytes) -> None:
    """Each line is a code; those that are taken are tried on a few texts, in no time."""
    try:
        rules = parse_codes(data.decode("utf-8", "replace").splitlines())
    except ValueError as refused:
        assert "is refused" in str(refused)  # noqa: PT017
        return
    for text in TEXTS:
        if (elements := read_code(text, rules)) is not None:
            canonical.encode(dict(elements.values))
