"""Hearing an ERP out before its record is written: what it has changed is not in ours yet."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateway.kernel.problems import Problem
from sync.erp.connector import Connector, Entry
from sync.erp.receipt import Receipt

# Why entries have to wait, by seq. Trouble where the ERP cannot be asked.
Hear = Callable[[Sequence[Entry]], Mapping[int, Problem]]


class Listening:
    """A connector that puts off the records of which the ERP has spoken first.

    What it said is in ours by then, merged or contested. So the entry that comes next says it too,
    or a person has both values before them.
    """

    def __init__(self, connector: Connector, hear: Hear) -> None:
        self._connector = connector
        self._hear = hear
        self.name = connector.name
        self.takes = connector.takes

    def probe(self) -> str:
        """As of the connector."""
        return self._connector.probe()

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """As of the connector, and deferred receipts for what has to wait."""
        waiting = self._hear(entries)
        for seq, problem in waiting.items():
            yield Receipt(seq, "deferred", problem)
        yield from self._connector.push([one for one in entries if one.seq not in waiting])

    def tidy(self) -> None:
        """As of the connector."""
        self._connector.tidy()
