"""How phones leave: a retired one hands over what it holds and then empties itself, a lost one is
refused at once and told to empty itself.

An order is worth something to a phone only with its *word*: made from a key that never leaves the
gateway, one for each phone and order. The phone has known the digest of it since it was paired, so
nobody who merely looks like this gateway can have it emptied.
"""

from typing import Final, Literal

from gateway.access import audit
from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Order = Literal["", "retire", "lose"]
State = Literal["in_use", "draining", "lost", "wiped", "out"]

RETIRE: Final = "retire"
LOSE: Final = "lose"
ORDERS: Final = (RETIRE, LOSE)

_LOST = (
    "SELECT id FROM paired_phones p WHERE device = ? AND leaving = 'lose' AND wiped_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM paired_phones n WHERE n.device = p.device"
    " AND n.retired_at IS NULL) LIMIT 1"
)
_DRAINING = (
    "SELECT id FROM paired_phones p WHERE device = ? AND user = ? AND leaving = 'retire'"
    " AND wiped_at IS NULL AND NOT EXISTS (SELECT 1 FROM paired_phones n WHERE n.device = p.device"
    " AND n.user = p.user AND n.retired_at IS NULL) LIMIT 1"
)


def word(store: Store, order: str, identity: str) -> str:
    """What makes an order to this phone one of this gateway's."""
    return store.keyring.blind_index(f"phone order:{order}:{identity}").hex()


def digests(store: Store, identity: str) -> dict[str, str]:
    """By order: the SHA-256 of its word, which a phone keeps from the beginning."""
    words = {order: word(store, order, identity) for order in ORDERS}
    return {order: canonical.sha256_hex(said.encode()) for order, said in words.items()}


def draining(store: Store, identity: str) -> Problem:
    """What a phone is told that is to hand over what it holds, and nothing else."""
    return Problem("phone_draining", word=word(store, RETIRE, identity))


def lost(store: Store, identity: str) -> Problem:
    """What a lost phone is told, whatever it asks."""
    return Problem("phone_lost", word=word(store, LOSE, identity), wipe=True)


def bound_to(rows: Rows, user: bytes, device: str) -> tuple[str, str]:
    """Which order a new session on this phone falls under, and the pairing that has it.

    A password does not get round the order; a new pairing does, because a manager gave it.
    """
    for order, found in (
        (LOSE, rows.value(_LOST, (device,))),
        (RETIRE, rows.value(_DRAINING, (device, user))),
    ):
        if found is not None:
            return order, ids.to_text(found)
    return "", ""


def retire(tx: Tx, identity: str, actor: Actor, order: str = RETIRE) -> None:
    """Put a phone that is in use out; with no order its key is refused and nothing else happens."""
    row = tx.by_id(
        "SELECT id, user, device, retired_at FROM paired_phones WHERE id = ?",
        identity,
        "phone_unknown",
    )
    if row["retired_at"] is not None:
        return
    tx.execute(
        "UPDATE paired_phones SET retired_at = ?, leaving = ? WHERE id = ?",
        (tx.now_ms, order, row["id"]),
    )
    # Also those that a password began on it: from now on they say why they are over.
    tx.execute(
        "UPDATE sessions SET paired = ? WHERE user = ? AND phone = ?",
        (row["id"], row["user"], row["device"]),
    )
    audit.record(tx, "phone_retired", actor, identity)


def lose(tx: Tx, identity: str, actor: Actor) -> None:
    """Declare the whole phone lost, whoever works on it; one that is empty stays as it is."""
    row = tx.by_id(
        "SELECT id, device, leaving, wiped_at FROM paired_phones WHERE id = ?",
        identity,
        "phone_unknown",
    )
    if row["leaving"] == LOSE or row["wiped_at"] is not None:
        return
    tx.execute(
        "UPDATE paired_phones SET retired_at = coalesce(retired_at, ?), leaving = 'lose'"
        " WHERE device = ? AND wiped_at IS NULL AND (retired_at IS NULL OR leaving = 'retire'"
        " OR id = ?)",
        (tx.now_ms, row["device"], row["id"]),
    )
    tx.execute("UPDATE sessions SET paired = ? WHERE phone = ?", (row["id"], row["device"]))
    audit.record(tx, "phone_lost", actor, identity)


def wiped(tx: Tx, store: Store, identity: str, said: str, unsent: int) -> None:
    """A phone says that it is empty, and how much went with it; Problem phone_unpaired when it does
    not know the word of its order. May be said again.
    """
    row = tx.by_id(
        "SELECT id, user, device, leaving, wiped_at FROM paired_phones WHERE id = ?",
        identity,
        "phone_unpaired",
    )
    order = row["leaving"]
    # Digests of both are compared, so that the time it takes tells nothing of the word.
    own, shown = (canonical.sha256(one.encode()) for one in (word(store, order, identity), said))
    if not order or own != shown:
        raise Problem("phone_unpaired")
    if row["wiped_at"] is not None:
        return
    tx.execute(
        "UPDATE paired_phones SET wiped_at = ?, wiped_unsent = ? WHERE id = ?"
        " OR (device = ? AND leaving = 'lose' AND ? = 'lose')",
        (tx.now_ms, unsent, row["id"], row["device"], order),
    )
    person = Actor(id=ids.to_text(row["user"]), name="", role="", device=row["device"])
    audit.record(tx, "phone_wiped", person, identity)
