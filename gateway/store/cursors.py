"""Cursors on the wire.

Opaque ``epoch.seq``, so that a place in another life of the database is never mistaken.
"""

from gateway.kernel.problems import Problem

SEQ_DIGITS_MAX = 18


def encode(epoch: str, seq: int) -> str:
    """The cursor after an entry."""
    return f"{epoch}.{seq}"


def decode(text: str, epoch: str, *, low_water: int = 0) -> int:
    """The seq of a cursor; empty means from the beginning of what the journal still holds.

    Problem cursor_malformed; resync_required for another epoch or a place that is archived already,
    with the ``cursor`` of the low-water mark once there is one.
    """
    if not text:
        return low_water
    found, dot, digits = text.partition(".")
    if not dot or not (digits.isascii() and digits.isdigit()) or len(digits) > SEQ_DIGITS_MAX:
        raise Problem("cursor_malformed")
    seq = int(digits)
    if found != epoch or seq < low_water:
        if low_water:
            raise Problem("resync_required", cursor=encode(epoch, low_water))
        raise Problem("resync_required")
    return seq
