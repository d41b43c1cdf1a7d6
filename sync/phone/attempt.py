"""One operation inside a larger transaction: whole, or as if it had never been tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.store.transaction import Tx


@contextmanager
def attempt(tx: Tx) -> Iterator[None]:
    """Undo what the block did to the database and the journal when it raises; the exception goes
    on.
    """
    place = tx.seq, tx.chain, len(tx.callbacks)
    tx.execute("SAVEPOINT operation")
    try:
        yield
    except BaseException:
        tx.execute("ROLLBACK TO operation")
        tx.execute("RELEASE operation")
        tx.seq, tx.chain = place[:2]
        del tx.callbacks[place[2] :]
        raise
    tx.execute("RELEASE operation")
