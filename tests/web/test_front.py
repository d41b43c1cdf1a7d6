"""The whole server on a socket: what a client sends in pieces, breaks off, or never finishes."""

import http.client
import json
import socket
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

    def __init__(self, data: Path) -> None:
        super().__init__(data)
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
