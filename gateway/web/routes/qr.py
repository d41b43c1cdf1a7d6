"""QR codes as a shape to draw: the page that shows one brings its own colours."""

from collections.abc import Sequence

from msgspec import Struct


class Code(Struct):
    """A QR code (ISO/IEC 18004): ``path`` is an SVG path over ``size`` by ``size`` modules, the
    quiet zone of four modules around it included.
    """

    size: int
    path: str


def drawn(text: str) -> Code:
    """A text as a QR code that survives the loss of 15 % of itself (level M)."""
    import segno  # when the first one is asked for: few gateways draw any

    code = segno.make(text, error="m", micro=False, boost_error=False)
    rows = [tuple(row) for row in code.matrix_iter(border=4)]
    runs = [
        f"M{start} {y}h{end - start}v1h{start - end}z"
        for y, row in enumerate(rows)
        for start, end in _runs(row)
    ]
    return Code(len(rows), "".join(runs))


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where dark modules begin and end, left to right."""
    edges = [x for x in range(len(row) + 1) if _dark(row, x) != _dark(row, x - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _dark(row: Sequence[int], x: int) -> bool:
    return 0 <= x < len(row) and bool(row[x])
