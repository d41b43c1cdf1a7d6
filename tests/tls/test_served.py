"""HTTPS as a real gateway serves it: old protocols, silent clients, a certificate that changes."""

import os
import signal
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.schema import TlsSettings
from gateway.kernel import certificates
from gateway.kernel.clock import SystemClock
from gateway.web.door.certificate import Certificate
from tests.torture.gateway import GatewayProcess, wait_until

NAME = "gateway.shop.example"
SILENT = 200


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    data = tmp_path_factory.mktemp("tls") / "data"
    data.mkdir()
    (data / "site.toml").write_text(f'[tls]\nnames = ["{NAME}"]\n')
    certificate = Certificate(data, TlsSettings(names=(NAME,)), SystemClock())
    certificate.renew()
    root = certificate.authority()
    assert root is not None
    running = GatewayProcess(data, trusts=ssl.create_default_context(cadata=root.decode()))
    running.start()
    yield running
    assert running.stop() == 0


def met(gateway: GatewayProcess, context: ssl.SSLContext) -> ssl.SSLSocket:
    with ExitStack() as unless_met:
        plain = unless_met.enter_context(socket.create_connection(gateway.address, timeout=30))
        line = context.wrap_socket(plain, server_hostname="localhost")
        unless_met.pop_all()
    return line


def careless() -> ssl.SSLContext:
    """A client that speaks anything with anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_that_are_still_good_are_spoken(
    gateway: GatewayProcess, version: ssl.TLSVersion
) -> None:
    context = careless()
    context.minimum_version = context.maximum_version = version
    with met(gateway, context) as line:
        assert line.version() == version.name.replace("_", ".")


def test_older_ones_are_refused(gateway: GatewayProcess) -> None:
    context = careless()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="ALERT"):
        met(gateway, context)


@pytest.mark.parametrize(
    "weak", ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256"]
)
def test_ciphers_without_forward_secrecy_or_with_block_chaining_are_refused(
    gateway: GatewayProcess, weak: str
) -> None:
    context = careless()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{weak}:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        met(gateway, context)


def test_plain_http_at_that_port_gets_nothing(gateway: GatewayProcess) -> None:
    with socket.create_connection(gateway.address, timeout=30) as line:
        line.sendall(b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with line.makefile("rb") as answer:
            assert not answer.read().startswith(b"HTTP")


def test_silent_clients_keep_nobody_waiting_nor_the_server_from_letting_go(
    gateway: GatewayProcess,
) -> None:
    with ExitStack() as silent:
        for _ in range(SILENT):
            silent.enter_context(socket.create_connection(gateway.address, timeout=30))
        assert gateway.status("/healthz") == 200
        renew(gateway)


def test_a_new_certificate_is_served_to_who_comes_next_by_the_same_process(
    gateway: GatewayProcess,
) -> None:
    before = gateway.processes()
    for _ in range(2):
        renew(gateway)
    assert gateway.processes() == before


def renew(gateway: GatewayProcess) -> None:
    """Have it serve with another certificate than now, and wait until it does."""
    (gateway.data / "tls/served.key").unlink()
    os.kill(gateway.processes()[0], signal.SIGHUP)
    wait_until((gateway.data / "tls/served.key").exists, 60)
    new = certificates.seen((gateway.data / "tls/served.pem").read_bytes()).fingerprint
    wait_until(lambda: gateway.status("/healthz") == 200 and shown(gateway) == new, 60)


def shown(gateway: GatewayProcess) -> str:
    with met(gateway, careless()) as line:
        der = line.getpeercert(binary_form=True)
    assert der is not None
    return certificates.seen(ssl.DER_cert_to_PEM_cert(der).encode()).fingerprint


def test_a_gateway_whose_pair_cannot_be_served_says_why_and_does_not_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "site.toml").write_text('[tls]\ncertificate = "a.pem"\nkey = "a.key"\n')
    gateway = GatewayProcess(data, trusts=careless())
    with pytest.raises(RuntimeError, match=r"a\.pem cannot be read, or holds no certificate"):
        gateway.start()
