"""Over plain HTTP: the page that leads devices to trust the gateway, and nothing else."""

import plistlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from config.schema import Settings, TlsSettings
from gateway.store.database import Store
from gateway.web.door.certificate import Certificate
from gateway.web.listening import help_desk
from gateway.web.listening.help_desk import HelpDesk
from gateway.web.listening.small_server import AT_ONCE
from tests.cast import World

TLS = TlsSettings(names=("gateway.shop.example", "192.168.1.10"), help_listen="127.0.0.1:0")


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    certificate = Certificate(tmp_path, TLS, store.clock)
    certificate.renew()
    return World(store, settings=replace(Settings(), tls=TLS), certificate=certificate)


@pytest.fixture
def desk(world: World) -> Iterator[HelpDesk]:
    opened = help_desk.opened(world.app, world.parts.settings)
    assert opened is not None
    opened.start()
    yield opened
    opened.stop()


def asked(desk: HelpDesk, path: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    line = HTTPConnection("127.0.0.1", desk.port, timeout=30)
    line.request(method, path)
    answer = line.getresponse()
    said = answer.read()
    line.close()
    return answer, said


def test_what_it_hands_out_is_the_authority_whose_fingerprint_it_shows(
    desk: HelpDesk, world: World
) -> None:
    _, certificate = asked(desk, "/trust/authority.crt")
    answer, profile = asked(desk, "/trust/authority.mobileconfig")
    assert answer.headers["Content-Type"] == "application/x-apple-aspen-config"
    (payload,) = plistlib.loads(profile)["PayloadContent"]
    assert payload["PayloadContent"] == certificate
    told = world.nobody.get("/api/v1/trust").json
    assert told
    shown = bytes.fromhex(told["fingerprint"].replace(":", " "))
    found = x509.load_der_x509_certificate(certificate)
    assert found.fingerprint(SHA256()) == shown
    assert told["origins"] == ["https://gateway.shop.example:8080", "https://192.168.1.10:8080"]


def test_its_page_may_ask_the_gateway_over_https_whether_it_is_believed(desk: HelpDesk) -> None:
    answer, page = asked(desk, "/trust")
    assert b"/static/trust/main.js" in page
    policy = answer.headers["Content-Security-Policy"]
    assert "connect-src 'self' https://gateway.shop.example:8080 https://192.168" in policy
    test, _ = asked(desk, "/trust/test")
    assert test.headers.get_all("Cross-Origin-Resource-Policy") == ["cross-origin"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/console"),
        ("GET", "/api/v1/session"),
        ("POST", "/api/v1/session"),
        ("POST", "/trust"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/trust/../session"),
    ],
)
def test_everything_else_is_refused_with_the_address_where_it_is(
    desk: HelpDesk, method: str, path: str
) -> None:
    answer, said = asked(desk, path, method)
    assert answer.status == 403
    assert b"Everything else is at https://gateway.shop.example:8080." in said


def test_who_types_the_bare_address_is_led_to_the_page(desk: HelpDesk) -> None:
    answer, _ = asked(desk, "/")
    assert (answer.status, answer.headers["Location"]) == (302, "/trust")


def test_silent_clients_take_no_more_than_a_few_threads(desk: HelpDesk) -> None:
    with ExitStack() as silent:
        lines = [
            silent.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=30))
            for _ in range(AT_ONCE + 1)
        ]
        assert lines[-1].recv(1) == b""


def test_without_an_authority_there_is_nothing_to_hand_out(store: Store) -> None:
    world = World(store)
    assert help_desk.opened(world.app, world.parts.settings) is None
    told = world.nobody.get("/api/v1/trust").json
    assert told
    assert (told["fingerprint"], told["origins"]) == ("", [])
    assert world.nobody.get("/trust/authority.crt").status_code == 404
