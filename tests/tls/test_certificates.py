"""What the gateway's own authority vouches for, what it is held to, and what is wrong with others'
certificates: each by a handshake of OpenSSL, in memory.
"""

import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.kernel import certificates
from gateway.kernel.certificates import Pair
from gateway.kernel.clock import SystemClock
from tests.tls.chains import Chain, made_chain

DAY_MS = 86_400_000
NAMES = ("gateway.shop.example", "192.168.1.10")


@pytest.fixture
def now_ms() -> int:
    return SystemClock().now_ms()


def shake_hands(folder: Path, pair: Pair, root: bytes, name: str) -> None:
    """A client that trusts ``root`` alone meets a server with ``pair`` at ``name``."""
    paths = folder / "served.pem", folder / "served.key"
    for path, text in zip(paths, (pair.certificate, pair.key), strict=True):
        path.write_bytes(text)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*paths)
    asking = ssl.create_default_context(cadata=root.decode())
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(there, back, server_side=True)
    client = asking.wrap_bio(back, there, server_hostname=name)
    waiting = [client, server]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)


@pytest.mark.parametrize("name", [*NAMES, "localhost", "127.0.0.1"])
def test_a_device_that_trusts_the_authority_trusts_the_gateway_at_each_of_its_names(
    tmp_path: Path, now_ms: int, name: str
) -> None:
    root = certificates.authority("Harbour", NAMES, now_ms)
    shake_hands(tmp_path, certificates.issued(root, NAMES, now_ms), root.certificate, name)


@pytest.mark.parametrize("name", ["bank.example.com", "shop.example", "8.8.8.8"])
def test_a_stolen_authority_cannot_vouch_for_anybody_else(
    tmp_path: Path, now_ms: int, name: str
) -> None:
    root = certificates.authority("Harbour", NAMES, now_ms)
    forged = certificates.issued(root, [name], now_ms)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(tmp_path, forged, root.certificate, name)


def test_the_limits_of_an_authority_are_critical_and_its_certificates_suit_an_iphone(
    now_ms: int,
) -> None:
    root = certificates.authority("Harbour", NAMES, now_ms)
    itself = x509.load_pem_x509_certificate(root.certificate)
    assert itself.extensions.get_extension_for_class(x509.NameConstraints).critical
    found = certificates.seen(certificates.issued(root, NAMES, now_ms).certificate)
    assert (found.issuer, found.names[:1]) == ("Harbour local authority", NAMES[:1])
    assert (found.ends_at - found.begins_at) / DAY_MS < 825


def test_a_certificate_never_outlives_its_authority(now_ms: int) -> None:
    root = certificates.authority("Harbour", NAMES, now_ms)
    late = now_ms + 3600 * DAY_MS
    found = certificates.seen(certificates.issued(root, NAMES, late).certificate)
    assert found.ends_at == certificates.seen(root.certificate).ends_at


@pytest.fixture
def chain(now_ms: int) -> Chain:
    return made_chain(now_ms, "till.shop.example", "*.branch.example")


def codes(chain: Sequence[bytes], now_ms: int, *names: str) -> list[str]:
    found = certificates.faults(b"".join(chain), "a.pem", names, now_ms)
    return [problem.code for problem in found]


def test_a_whole_chain_for_the_right_names_has_no_fault(chain: Chain, now_ms: int) -> None:
    names = ("till.shop.example", "north.branch.example")
    assert codes([chain.leaf, chain.middle], now_ms, *names) == []


def faulty(chain: Chain, now_ms: int) -> Iterator[tuple[str, list[str]]]:
    whole = [chain.leaf, chain.middle]
    yield "certificate_expired", codes(whole, now_ms + 31 * DAY_MS)
    yield "certificate_not_yet", codes(whole, now_ms - 31 * DAY_MS)
    yield "certificate_name_missing", codes(whole, now_ms, "192.168.1.10")
    yield "certificate_name_missing", codes(whole, now_ms, "a.north.branch.example")
    yield "certificate_name_missing", codes(whole, now_ms, "branch.example")
    yield "certificate_chain_broken", codes([chain.leaf, chain.root], now_ms)
    yield "certificate_chain_short", codes([chain.leaf], now_ms)


def test_each_fault_of_a_chain_has_a_sentence_of_its_own(chain: Chain, now_ms: int) -> None:
    for expected, found in faulty(chain, now_ms):
        assert found == [expected]


def test_a_pair_that_is_none_is_told_apart(chain: Chain, now_ms: int) -> None:
    other = made_chain(now_ms, "other.example")
    for pair, expected in (
        (Pair(b"no certificate", chain.key), "certificate_unreadable"),
        (Pair(chain.leaf, b"no key"), "certificate_key_unreadable"),
        (Pair(chain.leaf, chain.leaf), "certificate_key_unreadable"),
        (Pair(chain.leaf, chain.locked_key), "certificate_key_unreadable"),
        (Pair(chain.leaf, other.key), "certificate_key_differs"),
        # The most common slip: the issuer stands first.
        (Pair(chain.middle + chain.leaf, chain.key), "certificate_key_differs"),
    ):
        problem = certificates.unusable(pair, "a.pem", "a.key")
        assert problem is not None
        assert problem.code == expected
    assert certificates.unusable(Pair(chain.leaf, chain.key), "a.pem", "a.key") is None


def test_a_phone_gets_the_authority_as_it_takes_it(chain: Chain) -> None:
    again = x509.load_der_x509_certificate(certificates.der(chain.root))
    assert again.public_bytes(Encoding.PEM) == chain.root
