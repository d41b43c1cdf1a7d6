"""The circuit of a connector in the database, so that a restart does not forget it."""

from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp.rounds.circuit import Circuit


def circuit(rows: Rows, consumer: str) -> Circuit:
    """How it stands; closed where nothing has failed yet."""
    row = rows.one(
        "SELECT failures, failed_at, until FROM erp_circuits WHERE consumer = ?", (consumer,)
    )
    return Circuit(**row) if row else Circuit()


def keep(tx: Tx, consumer: str, now: Circuit) -> None:
    """Remember how it stands; one without failures leaves nothing behind."""
    if now.failures:
        tx.execute(
            "INSERT OR REPLACE INTO erp_circuits (consumer, failures, failed_at, until)"
            " VALUES (?,?,?,?)",
            (consumer, now.failures, now.failed_at, now.until),
        )
    else:
        tx.execute("DELETE FROM erp_circuits WHERE consumer = ?", (consumer,))
