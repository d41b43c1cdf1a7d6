"""Sealing to somebody who is not there: who seals cannot open again, once the sealing has ended.

A key pair of the moment and the public key of the recipient give a key (X25519, HKDF-SHA256) that
the sealer has in memory alone; the moment's public key travels along (as in HPKE's base mode).
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.kernel.sealing import KEY_BYTES, BlockCipher

PUBLIC_BYTES = 32


def public_of(secret: bytes) -> bytes:
    """To whom to seal, so that this secret opens it."""
    return _raw(X25519PrivateKey.from_private_bytes(secret).public_key())


def begun(public: bytes) -> tuple[bytes, BlockCipher]:
    """The moment's public key, and what seals to a recipient; ValueError when that is no key."""
    moment = X25519PrivateKey.generate()
    recipient = X25519PublicKey.from_public_bytes(public)
    own = _raw(moment.public_key())
    return own, _cipher(moment.exchange(recipient), own, public)


def opener(secret: bytes, moment: bytes) -> BlockCipher:
    """What opens for the recipient; ValueError when the moment's key is none."""
    mine = X25519PrivateKey.from_private_bytes(secret)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(moment))
    return _cipher(shared, moment, public_of(secret))


def _cipher(shared: bytes, moment: bytes, public: bytes) -> BlockCipher:
    kdf = HKDF(SHA256(), KEY_BYTES, moment + public, b"waystation envelope 1")
    return BlockCipher("envelope", kdf.derive(shared))


def _raw(public: X25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
