"""The key from what a person says when the box has started (Argon2id)."""

import unicodedata

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import stretched
from gateway.keys.provider import Cost, Provider

LENGTH_MIN = 12
DIFFERENT_MIN = 5


class ByPassphrase(Provider):
    """What was ``said``; empty while nobody has said anything."""

    def __init__(self, said: str) -> None:
        # Keyboards and systems write one and the same character in several ways.
        self._said = unicodedata.normalize("NFKC", said).strip()

    def prepare(self) -> None:
        """Problem keys_passphrase_needed or keys_passphrase_weak."""
        self._refuse_silence()
        if len(self._said) < LENGTH_MIN or len(set(self._said)) < DIFFERENT_MIN:
            raise Problem("keys_passphrase_weak", length_min=LENGTH_MIN)

    def key(self, salt: bytes, cost: Cost) -> bytes:
        """Problem keys_passphrase_needed."""
        self._refuse_silence()
        return stretched(self._said, salt, cost)

    def _refuse_silence(self) -> None:
        if not self._said:
            raise Problem("keys_passphrase_needed")
