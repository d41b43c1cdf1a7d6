"""Secrets that open a locked phone for its person, kept apart from the phone.

A phone seals what it holds under a key, and wraps that key once more by a secret that is kept here
alone. The secret without the phone is worth nothing; so is the phone without the secret.
"""

from gateway.access import audit
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.transaction import Tx

# A phone that was cut off between telling a new secret and using it still opens by the one before.
KEPT = 5


class Recoveries:
    """Keeps them, and hands each to its own person only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, identity: str, device: str, secret: bytes, actor: Actor) -> None:
        """Keep a secret under an id that the phone made, once; the same again changes nothing.

        Problem id_reused when the id is somebody else's or has another secret.
        """
        self._store.write(lambda tx: _keep(tx, identity, device, secret, actor))

    def give(self, identity: str, actor: Actor) -> bytes:
        """The secret, and a line in the journal that it was given; Problem recovery_unknown."""
        return self._store.write(lambda tx: _give(tx, identity, actor))


def _keep(tx: Tx, identity: str, device: str, secret: bytes, actor: Actor) -> None:
    key, owner = ids.to_bytes(identity), ids.to_bytes(actor.id)
    known = tx.one("SELECT user, secret FROM phone_recoveries WHERE id = ?", (key,))
    if known == {"user": owner, "secret": secret}:
        return
    if known is not None:
        raise Problem("id_reused")
    tx.execute(
        "INSERT INTO phone_recoveries (id, user, device, secret, kept_at) VALUES (?,?,?,?,?)",
        (key, owner, device, secret, tx.now_ms),
    )
    tx.execute(
        "DELETE FROM phone_recoveries WHERE user = ?1 AND device = ?2 AND id NOT IN"
        " (SELECT id FROM phone_recoveries WHERE user = ?1 AND device = ?2"
        " ORDER BY kept_at DESC, id DESC LIMIT ?3)",
        (owner, device, KEPT),
    )
    audit.record(tx, "recovery_kept", actor, identity)


def _give(tx: Tx, identity: str, actor: Actor) -> bytes:
    sql = "SELECT user, secret FROM phone_recoveries WHERE id = ?"
    found = tx.by_id(sql, identity, "recovery_unknown")
    if found["user"] != ids.to_bytes(actor.id):
        raise Problem("recovery_unknown")
    audit.record(tx, "recovery_given", actor, identity)
    return bytes(found["secret"])
