"""Options that nobody may read: sealed at rest, unsaid in answers and in the journal.

A configuration is sealed before it is stored and opened for the driver alone. What is sealed is
seen by its form, so that it stays unsaid also where its driver is missing.
"""

from collections.abc import Mapping, Set

from devices.options import Config
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import PREFIX, Keyring, is_sealed

KEPT = "(set)"  # said instead of a secret; who sends it back leaves the secret as it is


class Vault:
    """Seals and opens the secret options of devices, each in its own place alone."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, config: Config, names: Set[str], device: str) -> Config:
        """The form in which a configuration is stored; what is sealed already stays as it is."""
        return {
            name: self._keyring.seal(value, _place(device, name))
            if name in names and isinstance(value, str) and not is_sealed(value)
            else value
            for name, value in config.items()
        }

    def open(self, config: Config, device: str) -> Config:
        """The form that a driver takes; ValueError when a secret cannot be opened any more."""
        try:
            return {
                name: self._keyring.open(value, _place(device, name))
                if isinstance(value, str) and is_sealed(value)
                else value
                for name, value in config.items()
            }
        except Problem as problem:
            raise ValueError(
                "A secret of it cannot be opened any more. Enter it again."
            ) from problem


def kept(config: Config, before: Config, names: Set[str]) -> Config:
    """A new configuration with the secrets that it leaves out or names only as ``KEPT``.

    An empty text forgets a secret.
    """
    told = {
        name: value
        for name, value in config.items()
        if name not in names or value not in ("", KEPT)
    }
    staying = {
        name: before[name] for name in names if name in before and config.get(name, KEPT) == KEPT
    }
    return {**told, **staying}


def shown(config: Config) -> Mapping[str, object]:
    """What a stored configuration says to anybody: of a secret only that there is one."""
    return {name: KEPT if is_sealed(value) else value for name, value in config.items()}


def noted(config: Config, before: Config, names: Set[str]) -> Mapping[str, object]:
    """What the journal says of a stored configuration that follows another one."""
    return {
        name: _word(value, before.get(name)) if name in names or is_sealed(value) else value
        for name, value in config.items()
    }


def refuse_sealed(config: Config) -> None:
    """ValueError when a value has the form of a sealed one: no person enters that."""
    if any(is_sealed(value) for value in config.values()):
        raise ValueError(f"A value must not begin with {PREFIX}")


def _word(value: object, before: object) -> str:
    return "changed" if before not in (None, value) else "set"


def _place(device: str, name: str) -> str:
    return f"device:{device}:{name}"
