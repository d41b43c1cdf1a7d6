"""What each answer of a Tryton server means, and each answer of what is no Tryton server."""

import socket
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.schema import TrytonSettings
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.tryton.client import Client

HTML = "<!doctype html>\n<title>500</title>\n<h1>Internal Server Error</h1>\n<p>&#39;foo&#39;</p>\n"


class Canned(HTTPServer):
    """A server that says what it is told to."""

    status = 200
    body = b"[]"
    location = ""
    seen: list[tuple[str, str, dict[str, str]]]

    def client(self, timeout_s: float = 10) -> Client:
        url = f"http://127.0.0.1:{self.server_address[1]}/"
        return Client(TrytonSettings(url=url, database="shop", key="secret"), timeout_s)

    def say(self, status: int, body: str = "") -> Client:
        self.status, self.body = status, body.encode()
        return self.client()


class _Handler(BaseHTTPRequestHandler):
    server: Canned

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_PUT = do_POST  # noqa: N815 (named by http.server)

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


def test_a_call_names_database_model_and_method_and_shows_the_key(server: Canned) -> None:
    client = server.say(200, "[]")
    client.use_company(3)
    client.find("party.party", [["code", "=", "X"]], ["name"])
    ((verb, path, headers),) = server.seen
    assert (verb, path) == ("POST", "/shop/rest/model/party.party/search_read")
    assert headers["Authorization"] == "Bearer secret"
    assert headers["X-Tryton-Context"] == "eyJjb21wYW55IjogM30="


def test_the_key_is_shown_whatever_a_netrc_says(
    server: Canned, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", "ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    server.say(200, "[]").find("party.party", [], [])
    assert server.seen[0][2]["Authorization"] == "Bearer secret"


def test_amounts_come_exact(server: Canned) -> None:
    typed = '[{"a": {"__class__": "Decimal", "decimal": "18.50"}, "b": 0.1}]'
    (row,) = server.say(200, typed).find("sale.sale", [], [])
    assert row == {"a": Decimal("18.50"), "b": Decimal("0.1")}


@pytest.mark.parametrize(
    ("status", "body", "outcome", "code", "said"),
    [
        (400, '{"status":400,"message":"Not that.","description":"Or else."}',
         Outcome.NEEDS_PERSON, "erp_rejected", "Not that. Or else."),
        (400, "<p>no JSON</p>", Outcome.NEEDS_PERSON, "erp_rejected", "no JSON"),
        (409, "", Outcome.CONFLICT, "erp_moved_on", "Somebody changed"),
        (423, "", Outcome.CONFLICT, "erp_moved_on", "Somebody changed"),
        (500, HTML, Outcome.RETRY, "erp_fault", "&#39;foo&#39;"),
    ],
)  # fmt: skip
def test_an_answer_against_what_was_asked(
    server: Canned, status: int, body: str, outcome: Outcome, code: str, said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        server.say(status, body).update("party.party", 1, {})
    assert (refused.value.outcome, refused.value.problem.code) == (outcome, code)
    assert said in refused.value.problem.detail()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "body", "code", "retryable"),
    [
        (401, "", "erp_key_refused", False),
        (403, "", "erp_key_refused", False),
        (404, "", "erp_not_there", False),
        (408, "", "erp_busy", True),
        (429, "", "erp_busy", True),
        (502, "", "erp_busy", True),
        (503, "", "erp_busy", True),
        (504, "", "erp_busy", True),
        (302, "", "erp_answer", True),
        (200, "<html>Please sign in to the hotel's network</html>", "erp_answer", True),
        (200, "", "erp_answer", True),
        (200, '[{"id": 1', "erp_answer", True),
    ],
)
def test_an_answer_that_stops_the_line(
    server: Canned, status: int, body: str, code: str, retryable: bool
) -> None:
    server.location = "/somewhere" if status == 302 else ""
    with pytest.raises(Trouble) as trouble:
        server.say(status, body).create("party.party", [{}])
    problem = trouble.value.problem
    assert (problem.code, problem.retryable) == (code, retryable)
    assert len(server.seen) == 1


def test_nobody_at_the_address(server: Canned) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Trouble, match="erp_unreachable"):
            Client(TrytonSettings(url=url, database="shop"), 10).call("a", "b")


def test_silence_is_told_from_absence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Trouble, match="erp_silent"):
            Client(TrytonSettings(url=url, database="shop"), 0.2).call("a", "b")
