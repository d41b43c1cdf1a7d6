"""A chain as a public authority makes one: a root, an intermediate that names it, and a leaf."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

LASTS = timedelta(days=30)


@dataclass(frozen=True)
class Chain:
    """Certificates and the leaf's key, as PEM; ``locked_key`` asks for a password."""

    root: bytes
    middle: bytes
    leaf: bytes
    key: bytes
    locked_key: bytes


def made_chain(now_ms: int, *names: str) -> Chain:
    """One for ``names`` that holds for 30 days around ``now_ms``."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    steps = [("Root", keys[0], "Root", keys[0]), ("Middle", keys[1], "Root", keys[0])]
    above = [
        _begun(now_ms, *step)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(step[3], SHA256())
        for step in steps
    ]
    fetched_at = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS,
        x509.UniformResourceIdentifier("http://ca.example/middle.der"),
    )
    leaf = (
        _begun(now_ms, names[0], keys[2], "Middle", keys[1])
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
        )
        .add_extension(x509.AuthorityInformationAccess([fetched_at]), critical=False)
        .sign(keys[1], SHA256())
    )
    root, middle, end = (one.public_bytes(Encoding.PEM) for one in (*above, leaf))
    locked = BestAvailableEncryption(b"secret")
    return Chain(root, middle, end, _written(keys[2], NoEncryption()), _written(keys[2], locked))


def _written(key: ec.EllipticCurvePrivateKey, locked: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


def _begun(
    now_ms: int,
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_called(subject))
        .issuer_name(_called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LASTS)
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
