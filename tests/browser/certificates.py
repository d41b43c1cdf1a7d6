"""A company's own certificate authority, and a browser that is told to trust it.

What Chromium on Linux trusts beside its own list stands in the NSS database of the account's home
folder. It is written here by the very library that Chromium reads it with, so that nobody has to
install a tool for it.
"""

import ctypes
import datetime
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = datetime.timedelta(days=30)
# certdb.h: a trusted authority for the servers of others.
TRUSTED_CA = (1 << 3) | (1 << 4)


@dataclass(frozen=True)
class Authority:
    """What one authority has issued for localhost, as PEM files, and its own certificate."""

    ca: Path
    certificate: Path
    key: Path

    def settings(self) -> str:
        """The lines of ``site.toml`` that have a gateway serve with it."""
        return f'[tls]\ncertificate = "{self.certificate}"\nkey = "{self.key}"\n'

    def context(self) -> ssl.SSLContext:
        """A client that trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.ca))


def found_authority(folder: Path) -> Authority:
    """A new authority, and a certificate of it for localhost, below ``folder``."""
    folder.mkdir()
    made = Authority(folder / "ca.pem", folder / "gateway.pem", folder / "gateway.key")
    root, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    itself = _name("Harbour Company Root")
    ca = (
        _begun(itself, itself, root)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(root, hashes.SHA256())
    )
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        _begun(_name("localhost"), itself, leaf)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(root, hashes.SHA256())
    )
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        leaf.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    today = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - VALID)
        .not_valid_after(today + VALID)
    )


class _Trust(ctypes.Structure):
    """CERTCertTrust."""

    _fields_ = (
        ("servers", ctypes.c_uint),
        ("mail", ctypes.c_uint),
        ("code", ctypes.c_uint),
    )


class _Item(ctypes.Structure):
    """SECItem."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("data", ctypes.c_char_p),
        ("length", ctypes.c_uint),
    )


def trust(home: Path, ca: Path) -> None:
    """Have browsers whose home folder this is trust an authority for servers."""
    database = home / ".pki/nssdb"
    database.mkdir(parents=True)
    nss = ctypes.CDLL("libnss3.so")
    for function in ("PK11_GetInternalKeySlot", "CERT_NewTempCertificate", "CERT_GetDefaultCertDB"):
        getattr(nss, function).restype = ctypes.c_void_p
    _well(nss, nss.NSS_InitReadWrite(f"sql:{database}".encode()))
    try:
        slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
        _well(nss, nss.PK11_InitPin(slot, None, b""))
        everybody = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
        der = ssl.PEM_cert_to_DER_cert(ca.read_text())
        item = ctypes.byref(_Item(0, der, len(der)))
        made = ctypes.c_void_p(nss.CERT_NewTempCertificate(everybody, item, None, 0, 1))
        _well(nss, nss.PK11_ImportCert(slot, made, 0, b"Harbour Company Root", 0))
        wanted = _Trust(TRUSTED_CA, 0, 0)
        _well(nss, nss.CERT_ChangeCertTrust(everybody, made, ctypes.byref(wanted)))
        nss.CERT_DestroyCertificate(made)
        nss.PK11_FreeSlot(slot)
    finally:
        nss.NSS_Shutdown()


def _well(nss: ctypes.CDLL, status: int) -> None:
    if status:
        raise OSError(f"NSS refused with {ctypes.CDLL('libnspr4.so').PR_GetError()}")
