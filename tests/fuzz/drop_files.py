"""Files that tills leave: whatever the bytes, they are refused whole or read to their end.

The first byte chooses what the rows become, so that every format meets every kind of fact.
"""

import io

from devices.drop import reading
from devices.drop.layout import Becomes, Layout, times_of
from devices.drop.values import Numbers
from gateway.kernel import canonical
from gateway.kernel.problems import Problem

KINDS: tuple[Becomes, ...] = ("sale", "stock.received", "scan.captured", "shift.closed", "event")
_TIMES = times_of("Asia/Shanghai", "mdy")


def target(data: bytes) -> None:
    """Every draft is encodable, has a line and, where it is not to be kept, a reason."""
    if not data:
        return
    becomes = KINDS[data[0] % len(KINDS)]
    layout = Layout(becomes, _TIMES, Numbers(), register="K", currency="CNY", reason="r")
    _read(io.BytesIO(data[1:]), layout)


def csv(data: bytes) -> None:
    """The same behind a head that fits."""
    _read(io.BytesIO(b"receipt,amount,quantity,time\n" + data), _SALE)


def json_lines(data: bytes) -> None:
    """The same behind the beginning of an object."""
    _read(io.BytesIO(b'{"receipt":1,"amount":2}\n{' + data), _SALE)


def json_array(data: bytes) -> None:
    """The same behind the beginning of an array."""
    _read(io.BytesIO(b'[{"receipt":1,"amount":2},' + data), _SALE)


def xml(data: bytes) -> None:
    """The same inside a log of transactions."""
    _read(io.BytesIO(b"<POSLog><Transaction>" + data + b"</Transaction></POSLog>"), _SALE)


_SALE = Layout("sale", _TIMES, Numbers(), register="K", currency="EUR")


def _read(file: io.BytesIO, layout: Layout) -> None:
    try:
        shape = reading.shape_of(file)
        count = reading.look(file, shape, layout, 10_000)
        drafts = list(reading.drafts(file, shape, layout))
    except Problem:
        return
    assert len(drafts) <= count
    for draft in drafts:
        assert draft.line >= 1
        assert draft.skipped or draft.type
        canonical.encode(draft.data)
