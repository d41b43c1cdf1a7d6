"""A device that is taken away for good, and one that takes the place of another.

An id is never used again: the facts of a device that has gone stay its own. Where it stood is free,
so what still hangs there is proposed anew.
"""

from devices import roster, secrets
from devices.roster import Attached
from devices.wing import Devices
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.transaction import Tx

_REMOVED = (
    "SELECT json_extract(CAST(body AS TEXT), '$.data.name') FROM journal"
    " WHERE subject = ? AND type = 'device.removed' AND body IS NOT NULL"
)


class Leaving:
    """Removes and replaces devices of the wing, and remembers the names of those that have gone."""

    def __init__(self, store: Store, wing: Devices) -> None:
        self._store = store
        self._wing = wing
        self._names: dict[str, str] = {}

    def remove(self, device: str, actor: Actor) -> None:
        """Take a device away for good; Problem device_unknown.

        What it had read is kept before its line is closed.
        """
        gone = self._store.write(lambda tx: _remove(tx, device, actor))
        self._names[device] = gone.name
        self._wing.look()

    def replace(self, proposal: str, device: str, actor: Actor) -> None:
        """What was found takes the place of a device: its name, options, id and counting stay.

        For a scanner that was exchanged, or that has no serial number and hangs on another socket
        now. Problem proposal_unknown, device_unknown, or device_driver_unfit when the device's
        driver does not serve what was found.
        """
        found = next((view for view in self._wing.proposals() if view.id == proposal), None)
        if found is None:
            raise Problem("proposal_unknown")
        if self._wing.device(device).attached.driver not in found.sighting.drivers:
            raise Problem("device_driver_unfit")
        self._store.write(lambda tx: _replace(tx, proposal, device, actor))
        self._wing.look()

    def name_of(self, device: str) -> str:
        """The name of a device, also of one that has gone; empty for any other id."""
        return self._wing.name_of(device) or self._gone(device)

    def _gone(self, device: str) -> str:
        if device not in self._names:
            with self._store.read() as rows:
                self._names[device] = str(rows.value(_REMOVED, (device,)) or "")
        return self._names[device]


def _remove(tx: Tx, device: str, actor: Actor) -> Attached:
    gone = roster.find(tx, device)
    tx.execute("DELETE FROM attached_devices WHERE id = ?", (ids.to_bytes(device),))
    body = {
        "name": gone.name, "identity": gone.identity, "driver": gone.driver,
        "config": secrets.noted(gone.config, {}, frozenset()),
    }  # fmt: skip
    roster.record(tx, "removed", actor, device, body)
    return gone


def _replace(tx: Tx, proposal: str, device: str, actor: Actor) -> None:
    before = roster.find(tx, device)
    row = roster.find_proposal(tx, proposal)
    tx.execute("DELETE FROM device_proposals WHERE id = ?", (row["id"],))
    tx.execute(
        "UPDATE attached_devices SET identity = ? WHERE id = ?",
        (row["identity"], ids.to_bytes(device)),
    )
    body = {"identity": row["identity"], "before": before.identity}
    roster.record(tx, "replaced", actor, device, body)
