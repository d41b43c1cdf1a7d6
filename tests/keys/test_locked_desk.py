"""What a locked gateway answers: its page takes the passphrase, and everything else is refused."""

import http.client
import ssl
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from gateway.kernel import certificates
from gateway.kernel.clock import ManualClock, SystemClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys.locked import FREE_TRIES, Locked
from gateway.web.listening.locked_desk import LockedDesk
from gateway.web.listening.small_server import SmallServer
from tests.keys.test_locked import opened

HERE = {"REMOTE_ADDR": "127.0.0.1"}
THERE = {"REMOTE_ADDR": "192.168.1.7"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def state(clock: ManualClock) -> Locked:
    return Locked(opened, Problem("keys_passphrase_needed"), clock)


@pytest.fixture
def client(state: Locked) -> Client:
    return Client(LockedDesk(state, "en"))


def unlock(client: Client, said: str, **more: str) -> TestResponse:
    environ = {"environ_overrides": HERE, "content_type": FORM, **more}
    return client.post("/unlock", data={"passphrase": said}, **environ)  # type: ignore[arg-type]


def test_it_is_alive_and_not_ready_and_the_api_says_why(client: Client) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json
    assert (ready.json["ready"], ready.json["findings"][0]["name"]) == (False, "keys")
    for method in ("get", "post"):
        refused = getattr(client, method)("/api/v1/facts")
        assert refused.status_code == 503
        assert refused.mimetype == "application/problem+json"
        assert refused.json["code"] == "keys_locked"
        assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "This gateway is locked"), ("zh-CN", "网关已锁定"), ("zh-TW", "閘道器已鎖定")],
)
def test_a_person_gets_a_page_in_their_language(client: Client, language: str, title: str) -> None:
    page = client.get("/", headers={"Accept-Language": language}, environ_overrides=HERE)
    assert page.status_code == 503
    assert f"<h1>{title}</h1>" in page.text
    assert 'type="password"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_passphrase_opens_it_and_a_wrong_one_is_told_and_throttled(
    client: Client, state: Locked
) -> None:
    for _ in range(FREE_TRIES):
        refused = unlock(client, "wrong")
        assert refused.status_code == 403
        assert "not the passphrase" in refused.text
    assert unlock(client, "right").status_code == 429
    state._until_ms = 0
    said = unlock(client, "right")
    assert said.status_code == 200
    assert "It is unlocked" in said.text
    assert isinstance(state.wait(lambda: None), Keyring)


def test_it_is_not_typed_where_others_may_read_it_nor_from_another_site(client: Client) -> None:
    page = client.get("/", environ_overrides=THERE)
    assert "password" not in page.text
    assert "run.py unlock" in page.text
    open_line = client.post(
        "/unlock", data={"passphrase": "right"}, content_type=FORM, environ_overrides=THERE
    )
    other_site = client.post(
        "/unlock", data={"passphrase": "right"}, content_type=FORM, environ_overrides=HERE,
        headers={"Origin": "https://evil.example"},
    )  # fmt: skip
    assert (open_line.status_code, other_site.status_code) == (503, 503)


@pytest.mark.parametrize(
    ("body", "kind", "status"), [(b"x" * 5000, FORM, 413), (b"{}", "application/json", 415)]
)
def test_what_is_no_small_form_is_refused(
    client: Client, body: bytes, kind: str, status: int
) -> None:
    sent = client.post("/unlock", data=body, content_type=kind, environ_overrides=HERE)
    assert sent.status_code == status


def test_a_gateway_that_waits_for_the_erp_asks_nobody(clock: ManualClock) -> None:
    state = Locked(opened, Problem("keys_erp_unreachable", host="erp", reason="x"), clock)
    page = Client(LockedDesk(state, "en")).get("/", environ_overrides=HERE)
    assert "password" not in page.text
    assert "nothing has to be entered" in page.text


def test_over_https_it_takes_the_passphrase_from_everywhere(state: Locked, tmp_path: Path) -> None:
    root = certificates.authority("Shop", ["127.0.0.1"], SystemClock().now_ms())
    pair = certificates.issued(root, ["127.0.0.1"], SystemClock().now_ms())
    chain, key = tmp_path / "chain", tmp_path / "key"
    chain.write_bytes(pair.certificate)
    key.write_bytes(pair.key)
    schemes: list[str] = []
    desk = LockedDesk(state, "en")

    def app(environ, start):  # type: ignore[no-untyped-def]
        schemes.append(environ["wsgi.url_scheme"])
        return desk({**environ, **THERE}, start)

    server = SmallServer(app, ("127.0.0.1", 0), "desk", (chain, key))
    server.start()
    trust = ssl.create_default_context(cadata=root.certificate.decode())
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    try:
        line = http.client.HTTPSConnection("127.0.0.1", server.port, context=trust, timeout=10)
        line.request("GET", "/")
        assert b'type="password"' in line.getresponse().read()
        line.close()
    finally:
        server.stop()
    assert schemes == ["https"]
