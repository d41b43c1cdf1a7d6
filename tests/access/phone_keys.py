"""Keys as a phone makes them, and what it says of itself."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.access.phones import NewPhone
from gateway.kernel import ids

DEVICE = "01890a5d-ac96-774b-bcce-b302099a8057"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as browsers export it: an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def signature_of(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ECDSA over SHA-256 as browsers make it: r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def new_phone(**changes: object) -> NewPhone:
    """A phone that nobody knows, with a key of its own."""
    said: dict[str, object] = {
        "id": ids.uuid7(1_767_225_600_000),
        "device": DEVICE,
        "name": "Ana's phone",
        "public_key": point_of(new_key()),
    }
    return NewPhone(**{**said, **changes})  # type: ignore[arg-type]
