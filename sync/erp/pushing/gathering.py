"""One answer for an entry that becomes several records of an ERP."""

from sync.erp.receipt import Receipt


class Gathering:
    """What the ERP said of the parts of some entries."""

    def __init__(self) -> None:
        self._left: dict[int, int] = {}
        self._told: dict[int, Receipt] = {}
        self._over: set[int] = set()

    def expect(self, seq: int, count: int) -> None:
        """There will be so many more answers for an entry."""
        self._left[seq] = self._left.get(seq, 0) + count

    def add(self, receipt: Receipt) -> Receipt | None:
        """The answer for an entry once it is known: with the first part that was not taken, else
        with the last. Its name is that of the first part that has one.
        """
        seq = receipt.seq
        if seq in self._over:
            return None
        self._left[seq] -= 1
        before = self._told.get(seq)
        told = receipt if before is None else _both(before, receipt)
        self._told[seq] = told
        if receipt.settled and self._left[seq]:
            return None
        self._over.add(seq)
        return told if receipt.settled else receipt

    def is_over(self, seq: int) -> bool:
        """Whether the answer for an entry was given."""
        return seq in self._over


def _both(one: Receipt, other: Receipt) -> Receipt:
    is_new = "accepted" in (one.status, other.status)
    return Receipt(
        one.seq,
        "accepted" if is_new else "duplicate",
        erp_ref=one.erp_ref or other.erp_ref,
        links={**one.links, **other.links},
    )
