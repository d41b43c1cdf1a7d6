"""What devices have been told: their options, replaced by a person or brought into today's form."""

import json
from collections.abc import Set

from devices import roster, secrets
from devices.options import Config
from devices.roster import Attached
from devices.secrets import Vault
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.store.database import Store
from gateway.store.transaction import Tx


class Told:
    """Writes the options of confirmed devices; ``secret`` are the names of those nobody may read.

    Every change is a journal entry in the same transaction, without the secrets.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._vault = Vault(store.keyring)

    def opened(self, device: Attached) -> Config:
        """What a device was told, for its driver; ValueError when a secret cannot be opened."""
        return self._vault.open(device.config, device.id)

    def configure(
        self, device: str, config: Config, version: int, actor: Actor, secret: Set[str]
    ) -> None:
        """Replace a configuration by one its driver accepts; Problem device_unknown."""

        def apply(tx: Tx) -> None:
            before = roster.find(tx, device).config
            sealed = self._put(tx, device, secrets.kept(config, before, secret), version, secret)
            body = {
                "config": secrets.noted(sealed, before, secret),
                "before": secrets.noted(before, {}, secret),
            }
            roster.record(tx, "configured", actor, device, body)

        self._store.write(apply)

    def migrate(self, device: Attached, config: Config, version: int, secret: Set[str]) -> None:
        """What an older version of its driver was told, in the form of this one."""

        def apply(tx: Tx) -> None:
            sealed = self._put(tx, device.id, config, version, secret)
            body = {
                "config": secrets.noted(sealed, {}, secret),
                "before": secrets.noted(device.config, {}, secret),
                "version": version,
            }
            roster.record(tx, "migrated", SYSTEM, device.id, body)

        self._store.write(apply)

    def _put(self, tx: Tx, device: str, config: Config, version: int, secret: Set[str]) -> Config:
        sealed = self._vault.seal(config, secret, device)
        tx.execute(
            "UPDATE attached_devices SET config = ?, config_version = ? WHERE id = ?",
            (json.dumps(sealed), version, ids.to_bytes(device)),
        )
        return sealed
