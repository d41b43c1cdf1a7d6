"""HTTP as connectors speak it, over real sockets: what is sent, and what an answer means."""

import socket
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sync.erp.connector import Trouble
from sync.erp.connectors import wire
from sync.erp.connectors.wire import Answer, Hosts, Wire, bearer, trouble


class Canned(ThreadingHTTPServer):
    status = 200
    body = b"{}"
    sent: tuple[tuple[str, str], ...] = ()
    seen: list[tuple[str, str, dict[str, str]]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def wire(self, hosts: Hosts | None = None) -> Wire:
        return Wire(f"{self.url}/base/", bearer("secret"), 5, hosts)


class _Handler(BaseHTTPRequestHandler):
    server: Canned

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.send_response(self.server.status)
        for name, value in self.server.sent:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST  # noqa: N815 (named by http.server)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Canned]:
    with Canned(("127.0.0.1", 0), _Handler) as canned:
        canned.seen = []
        thread = threading.Thread(target=canned.serve_forever, args=(0.01,))
        thread.start()
        yield canned
        canned.shutdown()
        thread.join()


def test_a_request_goes_where_the_settings_say_whatever_the_machine_is_set_to(
    server: Canned, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", "ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.wire().send("POST", "/a/b", b"[]", query={"limit": "1"})
    ((verb, path, headers),) = server.seen
    assert (verb, path) == ("POST", "/base/a/b?limit=1")
    assert headers["Authorization"] == "Bearer secret"


def test_a_redirect_is_not_followed(server: Canned) -> None:
    server.status, server.sent = 307, (("Location", f"{server.url}/elsewhere"),)
    answer = server.wire().send("POST", "x", b"{}")
    assert (answer.status, len(server.seen)) == (307, 1)
    assert trouble(answer).problem.code == "erp_answer"


def test_a_sign_in_page_of_the_network_is_no_answer(server: Canned) -> None:
    server.body, server.sent = b"<html>Welcome</html>", (("Content-Type", "text/html"),)
    with pytest.raises(Trouble, match="text/html") as raised:
        server.wire().send("GET", "x").json()
    assert raised.value.is_unsure


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        ("999999999", 86_400),
        ("Mon, 23 Nov 2026 08:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_a_busy_erp_says_how_long_to_leave_it_alone(told: str, seconds: int) -> None:
    headers = {"retry-after": told, "date": "Mon, 23 Nov 2026 08:00:00 GMT"}
    raised = trouble(Answer(429, b"", headers))
    assert (raised.problem.code, raised.retry_after_s) == ("erp_busy", seconds)
    assert not raised.is_unsure


def test_an_answer_without_end_is_not_read_to_its_end(
    server: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_BYTES_MAX", 1000)
    server.body = b"x" * 100_000
    with pytest.raises(Trouble, match="more than 1000 bytes") as raised:
        server.wire().send("GET", "x")
    assert raised.value.is_unsure


@pytest.mark.parametrize(
    ("url", "hosts", "against"),
    [
        ("https://erp.example.com", Hosts(), ""),
        ("http://127.0.0.1:8069", Hosts(), ""),
        ("http://[::1]:8069", Hosts(), ""),
        ("http://localhost", Hosts(), ""),
        ("http://erp.lan", Hosts(plain=("erp.lan",)), ""),
        ("http://erp.lan", Hosts(), "over https"),
        ("ftp://erp.lan", Hosts(plain=("erp.lan",)), "over https"),
        ("http://127.0.0.1.example.com", Hosts(), "over https"),
        ("https://erp.example.com", Hosts(("erp.example.com",)), ""),
        ("https://erp.example.com.evil.example", Hosts(("erp.example.com",)), "erp.hosts"),
        ("https://erp.example.com@evil.example", Hosts(("erp.example.com",)), "erp.hosts"),
    ],
)
def test_only_hosts_that_were_meant_are_asked(url: str, hosts: Hosts, against: str) -> None:
    told = hosts.against(url)
    assert against in told
    assert bool(told) == bool(against)


def test_a_host_that_was_not_meant_gets_no_request(server: Canned) -> None:
    with pytest.raises(Trouble, match="erp_address_refused"):
        server.wire(Hosts(("erp.example.com",))).send("GET", "x")
    assert server.seen == []


def test_an_answer_that_stops_halfway_leaves_what_was_done_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Trouble, match="erp_unreachable") as raised:
            Wire(url, bearer("secret"), 5).send("POST", "x", b"{}")
        thread.join()
    assert raised.value.is_unsure


def test_a_body_that_does_not_come_in_time_is_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        done = threading.Event()

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
                done.wait(10)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Trouble, match="erp_silent") as raised:
            Wire(url, bearer("secret"), 0.2).send("POST", "x", b"{}")
        done.set()
        thread.join()
    assert raised.value.is_unsure


def test_an_amount_is_a_number_to_its_last_digit() -> None:
    assert wire.packed({"a": Decimal("18.50")}) == b'{"a":18.50}'
