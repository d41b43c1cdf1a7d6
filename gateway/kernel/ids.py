"""Identity: the only module that makes ids and draws random values.

An id is canonical lower-case UUID text in Python and JSON, and 16 bytes in SQLite. New ids are
UUIDv7 (RFC 9562), so that they sort by the time they were made.
"""

import random
import secrets
import uuid

from gateway.kernel.problems import Problem

# The namespace of event ids that are no UUIDs themselves, fixed for ever: changing it would split
# identities.
EVENT_NAMESPACE = uuid.UUID("5b6c3f0e-6a52-5f0b-9d0a-7a1f6d1c2e44")
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
# Crockford's base 32: whoever types O, I or L for what they read as 0 or 1 is understood.
PAIRING_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRING_LENGTH = 8

_jitter = random.SystemRandom()


def uuid7(unix_ms: int) -> str:
    """A new UUIDv7 for an instant in Unix milliseconds."""
    value = (unix_ms & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(uuid.UUID(int=value))


def to_bytes(identity: str) -> bytes:
    """16 bytes of a canonical UUID text; ValueError for anything else."""
    if len(identity) != 36 or identity[8:24:5] != "----":
        raise ValueError("an id is a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")
    raw = bytes.fromhex(identity.replace("-", ""))
    if len(raw) != 16:
        raise ValueError("an id is a UUID with 32 hexadecimal digits")
    return raw


def key(identity: str, missing: str) -> bytes:
    """``to_bytes`` of an id that somebody sent; Problem ``missing`` when it is none."""
    try:
        return to_bytes(identity)
    except ValueError as error:
        raise Problem(missing) from error


def to_text(raw: bytes) -> str:
    """The canonical UUID text of 16 bytes."""
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def event_key(device: str, source: str, identity: str) -> bytes:
    """The one id of an event, as 16 bytes: its own if that is a UUID, otherwise a UUIDv5.

    CloudEvents ids are unique only together with their source, and sources only within one device.
    """
    try:
        return to_bytes(identity)
    except ValueError:
        return uuid.uuid5(EVENT_NAMESPACE, f"{device}\n{source}\n{identity}").bytes


def random_token() -> str:
    """A 256-bit secret, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def random_epoch() -> str:
    """The identity of one life of a database: 16 hexadecimal characters."""
    return secrets.token_hex(8)


def random_bytes(count: int) -> bytes:
    """Key material."""
    return secrets.token_bytes(count)


def setup_code() -> str:
    """A code a person reads from one screen and types on another: ``K7QF-2MXD``."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def pairing_code() -> str:
    """Eight letters and digits of ``PAIRING_LETTERS``: 40 random bits."""
    return "".join(secrets.choice(PAIRING_LETTERS) for _ in range(PAIRING_LENGTH))


def jitter() -> float:
    """A random factor between 0 and 1, for spreading retries."""
    return _jitter.random()
