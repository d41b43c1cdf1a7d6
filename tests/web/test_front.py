"""The whole server on a socket: what a client sends in pieces, breaks off, or never finishes."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import scan
from tests.torture.gateway import GatewayProcess, wait_until

THREADS = 64
PASSWORD = "a long enough password"
FACTS = "/api/v1/facts"


class Site(GatewayProcess):
    """A gateway in a process of its own, with a till's token."""

    def __init__(self, data: Path, **web: int) -> None:
        web = {"body_wait_s": 2, **web}
        named = {f"WAYSTATION_WEB_{name.upper()}": str(value) for name, value in web.items()}
        super().__init__(data, environment=named)
        self.till = self.token("till", "pos")
        self.user("ada", "admin", PASSWORD)
        self.start()
        self.cookie = self.sign_in("ada", PASSWORD)

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer; names of headers with _ for -."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read

    def raw(self, text: bytes) -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.create_connection(self.address, 30)
        connection.sendall(text)
        return connection

    def follow(self) -> socket.socket:
        """A connection that asked for the live journal."""
        lines = f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\nCookie: other=1; {self.cookie}\r\n\r\n"
        return self.raw(lines.encode())

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.till}", "Content_Type": "application/json"}

    def open_streams(self) -> int:
        _, _, page = self.ask("GET", "/metrics", Cookie=self.cookie)
        lines = page.decode().splitlines()
        return int(float(next(x for x in lines if x.startswith("waystation_live")).split()[-1]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = Site(tmp_path_factory.mktemp("front") / "data")
    yield found
    found.stop()


@pytest.mark.parametrize(
    "path", ["/api/v1/%E4%B8%AD%2F%00", "/%FF%FE", "/api/v1/facts/%2e%2e", "/a%20b?x=%zz"]
)
def test_an_address_nobody_has_is_refused_however_it_is_written(site: Site, path: str) -> None:
    assert site.ask("GET", path)[0] == 404


def test_a_head_tells_the_length_and_sends_nothing(site: Site) -> None:
    status, headers, body = site.ask("HEAD", "/healthz")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_header_with_an_underscore_does_not_pass_for_one_with_a_hyphen(site: Site) -> None:
    lines = (
        b"GET /api/v1/no HTTP/1.1\r\nHost: x\r\nAccept_Language: zh\r\nConnection: close\r\n\r\n"
    )
    with site.raw(lines) as connection, connection.makefile("rb") as answer:
        assert "zh" not in answer.read().decode("ascii")


def test_a_body_in_chunks_is_read_by_both_lanes(site: Site) -> None:
    event = json.dumps(scan("chunks")).encode()
    pieces = (event[start : start + 7] for start in range(0, len(event), 7))
    status, _, body = site.ask("POST", FACTS, pieces, **site.bearer(), Transfer_Encoding="chunked")
    assert (status, json.loads(body)["results"][0]["status"]) == (200, "stored")
    status, _, body = site.ask(
        "POST", "/api/v1/session", iter([b'{"name": "x", ', b'"password": "yyyyyyyyyyyy"}']),
        Content_Type="application/json", Transfer_Encoding="chunked",
    )  # fmt: skip
    assert (status, json.loads(body)["code"]) == (401, "credentials_wrong")


def test_what_is_too_large_is_refused_before_it_is_read(site: Site) -> None:
    headers = f"Host: x\r\nAuthorization: Bearer {site.till}\r\nContent-Type: application/json\r\n"
    for path in (FACTS, "/api/v1/session"):
        lines = f"POST {path} HTTP/1.1\r\n{headers}Content-Length: 99999999999\r\n\r\n".encode()
        with site.raw(lines) as connection, connection.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"413", path


def test_chunks_without_end_are_refused_where_the_limit_is(site: Site) -> None:
    headers = f"Host: x\r\nAuthorization: Bearer {site.till}\r\nContent-Type: application/json\r\n"
    start = f"POST {FACTS} HTTP/1.1\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode()
    with site.raw(start) as connection, connection.makefile("rb") as answer:
        try:
            for _ in range(200):
                connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        except OSError:
            pass  # it has answered and does not listen any more
        assert answer.readline().split()[1] == b"413"


def test_a_body_broken_off_stores_nothing_and_disturbs_nobody(site: Site) -> None:
    event = json.dumps(scan("broken")).encode()
    for path in (FACTS, "/api/v1/session"):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.till}\r\n"
        length = f"Content-Type: application/json\r\nContent-Length: {len(event)}\r\n\r\n"
        site.raw((head + length).encode() + event[:20]).close()
    status, _, body = site.ask("POST", FACTS, event, **site.bearer())
    assert (status, json.loads(body)["results"][0]["status"]) == (200, "stored")
    assert "Traceback" not in site.log.read_text()


@pytest.mark.parametrize("path", [FACTS, "/api/v1/session"])
def test_senders_that_never_finish_hold_no_thread(site: Site, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.till}\r\n"
    start = f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n" + '{"id": '
    silent = [site.raw(start.encode()) for _ in range(THREADS + 8)]
    try:
        assert site.ask("GET", "/healthz")[0] == 200
        event = json.dumps(scan(f"beside {path}")).encode()
        assert site.ask("POST", FACTS, event, **site.bearer())[0] == 200
    finally:
        for connection in silent:
            connection.close()


@pytest.mark.parametrize("path", [FACTS, "/api/v1/session"])
def test_a_body_that_does_not_come_is_refused(site: Site, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.till}\r\n"
    for length in ("Content-Length: 100", "Transfer-Encoding: chunked"):
        start = f"{head}Content-Type: application/json\r\n{length}\r\n\r\n".encode()
        with site.raw(start + b"1\r\n{\r\n") as connection:
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.status == 408
            assert b"within 2 s" in answer.read()
    assert "Traceback" not in site.log.read_text()


def test_a_reader_of_the_stream_that_goes_away_is_noticed(site: Site) -> None:
    with site.follow() as connection, connection.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"200"
        wait_until(lambda: site.open_streams() == 1, 20)
    wait_until(lambda: site.open_streams() == 0, 20)


def test_a_stop_ends_open_streams_and_finishes_what_was_asked(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    with site.follow() as connection, connection.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"200"
        assert site.stop() == 0
        assert answer.read().endswith(b"0\r\n\r\n"), "the stream has a proper end"


def test_a_forwarded_request_is_not_local_whatever_bytes_its_headers_have(site: Site) -> None:
    for about in (b"X-Forwarded-For: \xff, 192.0.2.1", b"Forwarded: for=\xff"):
        lines = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + about + b"\r\n\r\n"
        with site.raw(lines) as connection, connection.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"401", about


def test_an_address_need_not_be_escaped(site: Site) -> None:
    lines = "GET /api/v1/journal?types=\u4e2d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    with site.raw(f"{lines}Cookie: {site.cookie}\r\n\r\n".encode()) as connection:
        assert connection.makefile("rb").readline().split()[1] == b"200"


def test_a_wish_for_a_web_socket_is_refused_like_any_other_nonsense(site: Site) -> None:
    lines = (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with site.raw(lines) as connection, connection.makefile("rb") as answer:
        assert answer.readline().split()[1] == b"400"
    assert "Traceback" not in site.log.read_text()


def test_trickling_chunks_hold_no_thread(site: Site) -> None:
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    start = head + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    silent = [site.raw(start) for _ in range(THREADS + 8)]
    try:
        began = time.monotonic()
        assert site.ask("GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 1.5, "the silent are refused after 2 s"
    finally:
        for connection in silent:
            connection.close()


def test_a_stop_does_not_wait_for_bodies_that_do_not_come(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", body_wait_s=60)
    head = f"POST {FACTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {site.till}\r\n"
    start = f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    with site.raw(start.encode()) as connection:
        site.ask("GET", "/healthz")
        assert site.stop() == 0
        assert connection.makefile("rb").readline().split()[1] == b"408"


def test_large_captures_do_not_wait_behind_slow_uploads(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", body_wait_s=60, threads=4, live_streams_max=2)
    site.user("ben", "manager", PASSWORD)
    head = "POST /api/v1/imports?kind=customer HTTP/1.1\r\nHost: x\r\nX-Waystation: 1\r\n"
    head += f"Cookie: {site.sign_in('ben', PASSWORD)}\r\n"
    head += "Content-Type: application/octet-stream\r\n"
    slow = [site.raw(f"{head}Content-Length: 2000000\r\n\r\nname".encode()) for _ in range(4)]
    try:
        events = [scan(f"large {number}") for number in range(700)]
        body = json.dumps(events).encode()
        assert len(body) > 65_536
        assert site.ask("POST", FACTS, body, **site.bearer())[0] == 200
    finally:
        for connection in slow:
            connection.close()
        assert site.stop() == 0
    assert "Traceback" not in site.log.read_text()
