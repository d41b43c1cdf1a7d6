"""A passkey made of software: what a browser and a security key say together."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """One key; what it answers can be bent."""

    def __init__(self, host: str = "localhost", name: bytes = b"a key of software") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._host = host
        self._id = name
        self.counter = 0
        self.verified = True

    def register(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self._key.public_key())
        data = AttestedCredentialData.create(bytes(16), self._id, public)
        said = self._data(data)
        attested = AttestationObject.create("none", said, {})
        told = {"attestationObject": websafe_encode(bytes(attested))}
        return self._answer("webauthn.create", options, origin, told)

    def sign(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        said = self._data()
        client = _client("webauthn.get", options, origin)
        signature = self._key.sign(bytes(said) + sha256(client), ec.ECDSA(SHA256()))
        told = {
            "authenticatorData": websafe_encode(bytes(said)),
            "signature": websafe_encode(signature),
        }
        return self._answer("webauthn.get", options, origin, told)

    def _data(self, made: bytes = b"") -> AuthenticatorData:
        self.counter += 1
        flags = FLAG.UP | (FLAG.UV if self.verified else 0) | (FLAG.AT if made else 0)
        place = sha256(self._host.encode())
        return AuthenticatorData.create(place, flags, self.counter, made)

    def _answer(
        self, kind: str, options: dict[str, Any], origin: str, told: dict[str, Any]
    ) -> dict[str, Any]:
        client = websafe_encode(_client(kind, options, origin))
        name = websafe_encode(self._id)
        response = {"clientDataJSON": client, **told}
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _client(kind: str, options: dict[str, Any], origin: str) -> bytes:
    said = {"type": kind, "challenge": options["challenge"], "origin": origin}
    return bytes(CollectedClientData(json.dumps(said).encode()))
