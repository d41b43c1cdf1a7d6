"""What hands out the key that a keyring is wrapped by; one file for each."""

from abc import ABC, abstractmethod

# Of a passphrase (Argon2id): passes, KiB and lanes.
Cost = tuple[int, int, int]


class Provider(ABC):
    """One way to come by the key."""

    def prepare(self) -> None:  # noqa: B027 (most have nothing to prepare)
        """Get ready to wrap a keyring; Problem when that cannot be."""

    @abstractmethod
    def key(self, salt: bytes, cost: Cost) -> bytes:
        """The key, 32 bytes; Problem when it is not to be had (now)."""
