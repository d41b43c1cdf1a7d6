"""The key as a credential of systemd (LoadCredentialEncrypted=), which lies encrypted under the
key of the machine, its TPM2, or both, and is given in clear to the service alone.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import KEY_BYTES, derived
from gateway.keys.provider import Cost, Provider

FOLDER = "CREDENTIALS_DIRECTORY"


class ByCredential(Provider):
    """A credential of some name, in the folder that the ``environment`` names."""

    def __init__(self, name: str, environment: Mapping[str, str] = os.environ) -> None:
        self._name = name
        self._folder = environment.get(FOLDER, "")

    def key(self, salt: bytes, cost: Cost) -> bytes:  # noqa: ARG002
        """Problem keys_credential_missing or keys_too_short."""
        try:
            secret = (Path(self._folder or "/nowhere") / self._name).read_bytes()
        except OSError as error:
            raise Problem("keys_credential_missing", name=self._name) from error
        if len(secret) < KEY_BYTES:
            raise Problem("keys_too_short", place=self._name, bytes_min=KEY_BYTES)
        return derived(secret, salt)
