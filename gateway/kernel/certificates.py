"""Certificates (X.509): an authority of the gateway's own, what it issues, and what is wrong with
one (pure; every instant is Unix milliseconds).

The authority is held to the gateway's own names and to private addresses by critical name
constraints (RFC 5280, 4.2.1.10): whoever steals its key can impersonate this gateway, and nobody
else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem

AUTHORITY_LASTS = timedelta(days=3650)
LASTS = timedelta(days=180)
# For clocks that are behind.
BACKDATED = timedelta(days=1)
# A tool on the gateway itself reaches it by these.
ITSELF = ("localhost", "127.0.0.1", "::1")
PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate, or a chain of them, and the key of the first: both as PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in a certificate; ``fingerprint`` is SHA-256, as pairs of hexadecimal digits."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins_at: int
    ends_at: int
    fingerprint: str


def authority(label: str, names: Sequence[str], now_ms: int) -> Pair:
    """A new authority that can vouch for ``names`` and private addresses, and for nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    itself = _called(f"{label} local authority")
    hosts = [name for name in _general((*names, *ITSELF)) if isinstance(name, x509.DNSName)]
    permitted = [*hosts, *(x509.IPAddress(ip_network(network)) for network in PRIVATE)]
    built = (
        _begun(itself, itself, key.public_key(), now_ms, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, SHA256())
    )
    return Pair(built.public_bytes(Encoding.PEM), _written(key))


def issued(by: Pair, names: Sequence[str], now_ms: int) -> Pair:
    """A new certificate for ``names``, its authority's behind it."""
    root = x509.load_pem_x509_certificate(by.certificate)
    signing = load_pem_private_key(by.key, None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    lasts = min(LASTS, root.not_valid_after_utc - _instant(now_ms))
    every = list(dict.fromkeys((*names, *ITSELF)))
    built = (
        _begun(_called(names[0]), root.subject, key.public_key(), now_ms, lasts)
        .add_extension(x509.SubjectAlternativeName(_general(every)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
        .sign(signing, SHA256())
    )
    return Pair(built.public_bytes(Encoding.PEM) + by.certificate, _written(key))


def seen(certificate: bytes) -> Seen:
    """What stands in the first certificate of a PEM; ValueError when there is none."""
    first = x509.load_pem_x509_certificates(certificate)[0]
    return Seen(
        subject=_common(first.subject),
        issuer=_common(first.issuer),
        names=_names(first),
        begins_at=_ms(first.not_valid_before_utc),
        ends_at=_ms(first.not_valid_after_utc),
        fingerprint=first.fingerprint(SHA256()).hex(":").upper(),
    )


def der(certificate: bytes) -> bytes:
    """The first certificate of a PEM as phones take it."""
    return x509.load_pem_x509_certificates(certificate)[0].public_bytes(Encoding.DER)


def vouches(authority_pem: bytes, certificate: bytes) -> bool:
    """Whether a certificate was issued by this authority."""
    root = x509.load_pem_x509_certificate(authority_pem)
    return _issued_by(x509.load_pem_x509_certificates(certificate)[0], root)


def may_vouch(authority_pem: bytes, names: Sequence[str]) -> str:
    """The first of ``names`` that an authority of ours is not allowed to vouch for, or nothing."""
    root = x509.load_pem_x509_certificate(authority_pem)
    limits = root.extensions.get_extension_for_class(x509.NameConstraints).value
    hosts = {name.value for name in limits.permitted_subtrees or () if _is_host(name)}
    return next((name for name in names if not _is_address(name) and name not in hosts), "")


def unusable(pair: Pair, certificate: str, key: str) -> Problem | None:
    """Why a pair cannot be served at all: certificate_unreadable, certificate_key_unreadable or
    certificate_key_differs. The two paths are for the sentence.
    """
    try:
        first = x509.load_pem_x509_certificates(pair.certificate)[0]
    except ValueError:
        return Problem("certificate_unreadable", file=certificate)
    try:
        private = load_pem_private_key(pair.key, None)
    except (ValueError, TypeError):  # TypeError: it asks for a password
        return Problem("certificate_key_unreadable", file=key)
    if _public(private.public_key()) != _public(first.public_key()):
        return Problem("certificate_key_differs", file=certificate, key=key)
    return None


def faults(certificate: bytes, file: str, names: Sequence[str], now_ms: int) -> Iterator[Problem]:
    """Everything for which browsers would refuse a chain that can be served."""
    chain = x509.load_pem_x509_certificates(certificate)
    first = seen(certificate)
    if now_ms >= first.ends_at:
        yield Problem("certificate_expired", file=file, at=to_iso(first.ends_at)[:10])
    if now_ms < first.begins_at:
        yield Problem("certificate_not_yet", file=file, at=to_iso(first.begins_at)[:10])
    for name in names:
        if not any(_matches(name, pattern) for pattern in first.names):
            known = ", ".join(first.names)
            yield Problem("certificate_name_missing", file=file, name=name, known=known)
    for place, (one, above) in enumerate(pairwise(chain), 1):
        if not _issued_by(one, above):
            yield Problem("certificate_chain_broken", file=file, place=place, next=place + 1)
    if len(chain) == 1 and _has_intermediate(chain[0]):
        yield Problem("certificate_chain_short", file=file, issuer=first.issuer)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now_ms: int,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    now = _instant(now_ms)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(names: Sequence[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name)
        for name in names
    ]


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = found.get_values_for_type(x509.DNSName)
    return (*hosts, *map(str, found.get_values_for_type(x509.IPAddress)))


def _matches(name: str, pattern: str) -> bool:
    """RFC 6125: a star stands for one whole label, the first."""
    if pattern.startswith("*.") and not _is_address(name):
        return name.partition(".")[2].lower() == pattern[2:].lower()
    return name.lower() == pattern.lower()


def _has_intermediate(certificate: x509.Certificate) -> bool:
    """Whether it names a place to fetch its issuer from: a public authority, never a root."""
    try:
        places = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return False
    issuers = AuthorityInformationAccessOID.CA_ISSUERS
    return any(place.access_method == issuers for place in places.value)


def _issued_by(certificate: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_host(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.DNSName)


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _called(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _written(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def _instant(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms // 1000, UTC)


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
