"""Journal entries about access: who changed what about whom, by ids and names of fields."""

from collections.abc import Sequence

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.store.journal import Entry
from gateway.store.transaction import Tx


def record(
    tx: Tx, event: str, actor: Actor, subject: str, *, fields: Sequence[str] = (), role: str = ""
) -> None:
    """Append ``access.<event>`` in the transaction of the change itself.

    ``subject`` is the id of the user or token, ``fields`` name what changed, ``role`` is the
    role the subject has from now on. Values and secrets stay out of the journal.
    """
    body: dict[str, object] = {}
    if fields:
        body["fields"] = sorted(fields)
    if role:
        body["role"] = role
    entry = Entry(
        id=ids.uuid7(tx.now_ms),
        type=f"access.{event}",
        body=body,
        subject=subject,
        actor=actor.id,
        device=actor.device,
    )
    tx.append(entry)
