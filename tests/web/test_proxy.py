"""Behind a proxy that ends TLS, and with TLS of the gateway's own: who calls, by which name."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from config.schema import Settings, TlsSettings
from gateway.store.database import Store
from gateway.web.door.cookie import COOKIE, HOST_ONLY
from tests.cast import PASSWORD, World

ORIGIN = "https://gateway.shop.example"
PROXY = "10.9.0.1"
HOST = "gateway.shop.example"
TOKEN = {"name": "Till 9", "role": "pos"}


def world_of(store: Store, **tls: Any) -> World:
    world = World(store, settings=Settings(tls=TlsSettings(**tls)))
    world.user("ana")
    return world


@pytest.fixture
def world(store: Store) -> World:
    return world_of(store, origin=ORIGIN, proxies=(PROXY, "10.9.1.0/24"))


def sign_in(world: World, peer: str, password: str = PASSWORD, **headers: str) -> TestResponse:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.app.test_client().post(
        "/api/v1/session",
        json={"name": "Ana", "password": password},
        headers={"Host": HOST, **told},
        environ_base={"REMOTE_ADDR": peer},
    )


def cookie_of(answer: TestResponse) -> str:
    return answer.headers["Set-Cookie"]


def test_behind_a_listed_proxy_the_cookie_is_for_this_host_over_tls_alone(world: World) -> None:
    cookie = cookie_of(sign_in(world, PROXY, X_Forwarded_Proto="https"))
    assert cookie.startswith(f"{HOST_ONLY}{COOKIE}=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
        assert attribute in cookie.split("; ")
    assert "Domain" not in cookie


@pytest.mark.parametrize("peer", ["192.0.2.9", "127.0.0.1", "10.9.2.1"])
def test_nobody_else_says_that_a_request_came_over_tls(world: World, peer: str) -> None:
    cookie = cookie_of(sign_in(world, peer, X_Forwarded_Proto="https"))
    assert cookie.startswith(f"{COOKIE}=")
    assert "Secure" not in cookie


def test_a_cookie_that_plain_http_could_set_is_nobody_over_tls(world: World) -> None:
    plain = cookie_of(sign_in(world, "192.0.2.9")).partition("=")[2].partition(";")[0]
    for name, status in ((COOKIE, 401), (f"{HOST_ONLY}{COOKIE}", 200)):
        answer = world.app.test_client(use_cookies=False).get(
            "/api/v1/session",
            headers={"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": f"{name}={plain}"},
            environ_base={"REMOTE_ADDR": PROXY},
        )
        assert answer.status_code == status, name


@pytest.mark.parametrize(
    ("peer", "told", "source"),
    [
        (PROXY, "203.0.113.7", "203.0.113.7"),
        (PROXY, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (PROXY, "203.0.113.7, 10.9.1.20", "203.0.113.7"),
        (PROXY, "::ffff:203.0.113.7", "203.0.113.7"),
        (PROXY, "127.0.0.1", "127.0.0.1"),
        (PROXY, "nonsense", PROXY),
        (PROXY, "6.6.6.6, nonsense", PROXY),
        (PROXY, "", PROXY),
        ("192.0.2.9", "203.0.113.7", "192.0.2.9"),
        ("127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
def test_a_wrong_password_counts_against_the_caller_and_not_against_the_proxy(
    world: World, peer: str, told: str, source: str
) -> None:
    for _ in range(5):
        assert sign_in(world, peer, "not this", X_Forwarded_For=told).status_code == 401
    assert sign_in(world, peer, "not this", X_Forwarded_For=told).status_code == 429
    # Whoever comes from that very address waits as well; anybody else does not.
    assert sign_in(world, source).status_code == 429
    assert sign_in(world, PROXY, X_Forwarded_For="203.0.113.99").status_code == 200


def test_nobody_is_local_behind_a_proxy(store: Store) -> None:
    world = world_of(store, proxies=("127.0.0.1",))
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}):
        assert world.nobody.get("/metrics", headers=headers).status_code == 401


def session_of(world: World, name: str) -> str:
    """A session in either name, as a header."""
    token = world.parts.sessions.start(world.actor(name), "", "")
    return f"{HOST_ONLY}{COOKIE}={token}; {COOKIE}={token}"


def changed(world: World, origin: str, host: str, peer: str) -> TestResponse:
    told = {"Origin": origin, "Host": host, "X-Waystation": "1"}
    return world.app.test_client(use_cookies=False).post(
        "/api/v1/tokens",
        json=TOKEN,
        headers={**told, "Cookie": session_of(world, "ada")},
        environ_base={"REMOTE_ADDR": peer},
    )


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (ORIGIN, 201),
        (f"http://{HOST}", 403),
        (f"{ORIGIN}:444", 403),
        ("https://evil.example", 403),
    ],
)
def test_pages_have_the_one_address_that_the_site_names(
    world: World, origin: str, status: int
) -> None:
    answer = changed(world, origin, HOST, PROXY)
    assert answer.status_code == status


def test_a_page_under_another_name_of_the_same_box_is_foreign(world: World) -> None:
    # A name of somebody else's that leads to this address, for a page of theirs.
    answer = changed(world, "http://evil.example", "evil.example", "192.0.2.9")
    assert answer.status_code == 403


def insisted(world: World, base_url: str, path: str = "/api/v1/session", *, known: bool) -> str:
    headers = {"Cookie": session_of(world, "ana")} if known else {}
    answer = world.app.test_client(use_cookies=False).get(path, base_url=base_url, headers=headers)
    return answer.headers.get("Strict-Transport-Security", "")


def test_https_is_insisted_on_from_the_named_host_once_somebody_trusts_it(store: Store) -> None:
    world = World(store, settings=Settings(tls=TlsSettings(names=(HOST, "192.168.1.10"))))
    year = "max-age=31536000"
    assert insisted(world, ORIGIN, known=True) == year
    assert insisted(world, f"{ORIGIN}:8443", "/trust/test", known=False) == year
    # Not for strangers, not by an address, not by another name, not over plain HTTP.
    assert insisted(world, ORIGIN, known=False) == ""
    assert insisted(world, ORIGIN, "/", known=False) == ""
    assert insisted(world, "https://192.168.1.10", known=True) == ""
    assert insisted(world, "https://other.example", known=True) == ""
    assert insisted(world, f"http://{HOST}", known=True) == ""


@pytest.mark.parametrize("one", ["10.0.0.0/99", "1.2.3", "::/200"])
def test_a_proxy_that_is_no_address_is_told(one: str) -> None:
    assert [name for name, _ in TlsSettings(proxies=(one,)).misfits()] == ["tls.proxies"]
