"""Cryptography: the only module that touches keys, passwords and ciphers.

The keyring is one JSON file, mode 0600, beside the database: a database key (SQLCipher, raw 256
bits), a digest key (journal digests), an index key (blind indexes) and numbered field keys
(AES-256-GCM). What the file itself may be wrapped by is told in ``gateway.keys``.
"""

import base64
import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.kernel.ids import random_bytes
from gateway.kernel.problems import Problem

KEY_BYTES = 32
NONCE_BYTES = 12
SIGNATURE_BYTES = 64
PREFIX = "sealed:v1:"

# OWASP's floor for Argon2id: 19 MiB, two passes, one lane; about 35 ms on a small box.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Keyring:
    """The keys of one data folder."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = keys
        self.database_key = keys["database"]
        self._digest = hashlib.blake2b(key=keys["digest"], digest_size=32)
        self._field_key_id = max(name for name in keys if name.startswith("field-"))

    @classmethod
    def fresh(cls) -> Self:
        """New keys."""
        names = ("database", "digest", "index", "field-1")
        return cls({name: random_bytes(KEY_BYTES) for name in names})

    @classmethod
    def decoded(cls, text: bytes) -> Self:
        """The keys as ``encoded`` wrote them; Problem keyring_malformed or, where they are wrapped,
        keys_locked.
        """
        try:
            stored = json.loads(text)
            if "wrapped" in stored:
                raise Problem("keys_locked")
            return cls({name: bytes.fromhex(value) for name, value in stored.items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem("keyring_malformed") from error

    def encoded(self) -> bytes:
        """The keys in clear, as JSON."""
        return json.dumps({name: key.hex() for name, key in self._keys.items()}, indent=1).encode()

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read a keyring that lies there in clear, or make one with fresh keys (never over an
        existing file); Problem keys_locked or keyring_malformed.
        """
        if not path.exists():
            write_secret(path, cls.fresh().encoded())
        return cls.decoded(path.read_bytes())

    def digest(self, body: bytes) -> bytes:
        """Keyed BLAKE2b (RFC 7693), 32 bytes: tells equal bodies without giving either away."""
        state = self._digest.copy()  # with the key hashed already
        state.update(body)
        return state.digest()

    def blind_index(self, value: str) -> bytes:
        """HMAC-SHA256 of a normalised value: finds equal sealed values without opening them."""
        return hmac.digest(self._keys["index"], value.encode(), "sha256")

    def seal(self, plain: str, context: str) -> str:
        """Encrypt one field; it opens only with the same context (``customer:<id>:<field>``)."""
        nonce = random_bytes(NONCE_BYTES)
        cipher = AESGCM(self._keys[self._field_key_id]).encrypt(
            nonce, plain.encode(), context.encode()
        )
        return f"{PREFIX}{self._field_key_id}:{base64.urlsafe_b64encode(nonce + cipher).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """The plain text of a sealed field; Problem seal_broken when it was altered or moved."""
        try:
            key_id, text = sealed.removeprefix(PREFIX).split(":", 1)
            raw = base64.urlsafe_b64decode(text)
            plain = AESGCM(self._keys[key_id]).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()
            )
        except (KeyError, ValueError, InvalidTag) as error:
            raise Problem("seal_broken") from error
        return plain.decode()

    def seal_file(self, plain: bytes, context: str) -> bytes:
        """Encrypt a file that leaves the database; it opens only with the same context."""
        nonce = random_bytes(NONCE_BYTES)
        return nonce + self._file_cipher().encrypt(nonce, plain, context.encode())

    def open_file(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes of a sealed file; Problem seal_broken when it was altered or moved."""
        nonce, cipher = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._file_cipher().decrypt(nonce, cipher, context.encode())
        except (ValueError, InvalidTag) as error:
            raise Problem("seal_broken") from error

    def _file_cipher(self) -> AESGCM:
        """AES-256-GCM under a key of its own, derived from the database's (HKDF-Expand, RFC 5869:
        the database key is random already, so there is nothing to extract).
        """
        return AESGCM(hmac.digest(self.database_key, b"waystation archive\x01", "sha256"))

    def mailbox(self) -> bytes:
        """A secret of its own (HKDF-Expand, RFC 5869): others seal to its public key what is to be
        read once the keyring is open (``gateway.kernel.envelope``).
        """
        return hmac.digest(self.database_key, b"waystation mailbox\x01", "sha256")

    def signer(self) -> "Signer":
        """What signs checkpoints, with a key of its own. It is derived from that of the digests
        (HKDF-Expand, RFC 5869), which never changes: the hash chain is made of them.
        """
        return Signer(hmac.digest(self._keys["digest"], b"waystation checkpoint\x01", "sha256"))

    def blocks(self, key_id: str = "") -> "BlockCipher":
        """What seals files block by block; with the newest key where none is named.

        Problem seal_broken for a key that this keyring does not have.
        """
        name = key_id or self._field_key_id
        if name not in self._keys:
            raise Problem("seal_broken")
        return BlockCipher(name, self._keys[name])


class Signer:
    """Signs so that anybody can tell who did (Ed25519, RFC 8032); ``public`` is its public key."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this is its signature of the message."""
        try:
            self._key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True


class BlockCipher:
    """Seals blocks of a file: each longer by ``EXTRA_BYTES``, and open in its own place alone."""

    EXTRA_BYTES = NONCE_BYTES + 16

    def __init__(self, key_id: str, key: bytes) -> None:
        self.key_id = key_id
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, context: str) -> bytes:
        """One block encrypted (AES-256-GCM); it opens only with the same context."""
        nonce = random_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes of a block; Problem seal_broken when it was altered or moved."""
        try:
            nonce, cipher = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, cipher, context.encode())
        except (ValueError, InvalidTag) as error:
            raise Problem("seal_broken") from error


def is_sealed(value: object) -> bool:
    """Whether a stored value is the sealed form of a field."""
    return isinstance(value, str) and value.startswith(PREFIX)


def hash_password(password: str) -> str:
    """Argon2id in its standard text form."""
    return _hasher.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether a password belongs to a stored hash."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def is_public_key(point: bytes) -> bool:
    """Whether these are an uncompressed point on P-256 (SEC 1, 2.3.3), as browsers export it."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == 65


def signed_by(point: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of a message fits a public key: ECDSA on P-256 over SHA-256, r and s of
    32 bytes each (IEEE P1363), as browsers make it.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def signature(key: bytes, message: bytes) -> bytes:
    """The HMAC-SHA256 (RFC 2104) of a message, which ``signed_with`` knows again."""
    return hmac.digest(key, message, "sha256")


def signed_with(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is the HMAC-SHA256 (RFC 2104) of a message; compared in constant time."""
    return hmac.compare_digest(hmac.digest(key, message, "sha256"), signature)


def token_hash(token: str) -> bytes:
    """SHA-256 of a random token: what the database keeps of it."""
    return hashlib.sha256(token.encode()).digest()


def stretched(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    """A key of a passphrase (Argon2id, RFC 9106); ``cost`` is passes, KiB and lanes."""
    passes, memory_kib, lanes = cost
    said = passphrase.encode()
    return hash_secret_raw(said, salt, passes, memory_kib, lanes, KEY_BYTES, Type.ID)


def derived(secret: bytes, salt: bytes) -> bytes:
    """A key of a secret that nobody has to guess at, because it is random."""
    return hmac.digest(salt, b"waystation kek\x01" + secret, "sha256")


def write_secret(path: Path, content: bytes) -> None:
    """Put a file of mode 0600 there, in place of what there is: either is whole, whenever the power
    goes; OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
