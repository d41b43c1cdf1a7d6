"""The webhook connector against the receiver of the documentation, and what answers mean."""

import base64
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.schema import WebhookSettings
from devices.webhooks import signing
from gateway.kernel.clock import ManualClock, SystemClock
from gateway.store.database import Store
from sync.erp.connector import Connector, Entry, Trouble
from sync.erp.connectors.webhook import event, reach
from sync.erp.connectors.webhook.connector import Webhook
from sync.erp.connectors.webhook.retrying import retry_after_s
from tests.devices.waiting import until
from tests.erp import line
from tests.erp.contract import Far, LineContract, customer_entry
from tests.erp.line import Line
from tests.erp.shop import Shop

RECEIVER = Path(__file__).parents[2] / "docs" / "examples" / "receive.py"
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests alone").decode()
WRONG = "whsec_" + base64.b64encode(b"a secret of somebody else's").decode()
SOURCE = "urn:waystation:T1"
CREATIONS = {"customer": b'"kind":"customer"', "sale": b'"type":"sale.completed"'}
LINES_MAX = 70


class Receiver:
    """The example as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.books = folder / "books.db"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(RECEIVER), str(self.port), str(self.books)],
            env={**os.environ, "WEBHOOK_SECRET": SECRET},
            stderr=subprocess.DEVNULL,
        )
        until(self._answers, 30)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def taken(self) -> list[dict[str, object]]:
        with sqlite3.connect(self.books) as books:
            return [json.loads(told) for (told,) in books.execute("SELECT event FROM taken")]

    def _answers(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self.port)) == 0


class WebhookBench(Far):
    def __init__(self, receiver: Receiver, faulty: Line) -> None:
        self.receiver = receiver
        self._line = faulty

    def connector(self, *, key: str = "", timeout_s: float = 60) -> Connector:
        secret = WRONG if key else SECRET
        settings = WebhookSettings(url=self._line.url, secret=secret, private_addresses=True)
        return Webhook(settings, SOURCE, timeout_s, SystemClock())

    def count(self, thing: str, identity: str) -> int:
        name = "subject" if thing == "customer" else "id"
        return sum(one.get(name) == identity for one in self.receiver.taken())

    def go_down(self) -> None:
        self.receiver.stop()

    def come_back(self) -> None:
        self.receiver.start()

    def lose_answer_to_new(self, thing: str) -> None:
        self._line.lose_answer_to(CREATIONS[thing])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[WebhookBench]:
    receiver = Receiver(tmp_path)
    receiver.start()
    with line.to(receiver.port) as faulty:
        yield WebhookBench(receiver, faulty)
    receiver.stop()


class TestWebhook(LineContract):
    def test_an_event_says_everything_of_its_entry(self, bench: WebhookBench, shop: Shop) -> None:
        customer = shop.customer("Lefort", phone="+33472000011")
        sale = shop.sale(customer=customer)
        shop.erp(bench.connector()).round()
        events = {str(one["type"]): one for one in bench.receiver.taken()}
        assert events["record.created"]["source"] == SOURCE
        assert events["record.created"]["subject"] == customer
        told = events["record.created"]["data"]
        assert isinstance(told, dict)
        assert (told["kind"], told["op"], told["version"]) == ("customer", "upsert", 1)
        assert told["data"]["legal_name"] == "Lefort"
        told = events["sale.completed"]["data"]
        assert isinstance(told, dict)
        assert (told["id"], told["data"]["customer"]) == (sale, customer)


def test_the_receiver_is_as_short_as_it_says() -> None:
    assert len(RECEIVER.read_text("utf-8").splitlines()) <= LINES_MAX


class Endpoint:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status, self.headers, self.said = 204, dict[str, str](), b""
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                endpoint.asked.append((self.command, headers, body))
                self.send_response(endpoint.status)
                for name, value in endpoint.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(endpoint.said)))
                self.end_headers()
                self.wfile.write(endpoint.said)

            do_OPTIONS = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.server.shutdown()
    made.server.server_close()


def webhook(url: str, clock: ManualClock, **settings: object) -> Webhook:
    told = {"secret": SECRET, "private_addresses": True, **settings}
    return Webhook(WebhookSettings(url=url, **told), SOURCE, 10, clock)  # type: ignore[arg-type]


def entry() -> Entry:
    return customer_entry("T1-C000001", 7)


def refused(made: Webhook) -> Trouble:
    with pytest.raises(Trouble) as caught:
        list(made.push([entry()]))
    return caught.value


@pytest.mark.parametrize(
    ("status", "expected"), [(200, "accepted"), (204, "accepted"), (409, "duplicate")]
)
def test_good_answers_settle(
    endpoint: Endpoint, clock: ManualClock, status: int, expected: str
) -> None:
    endpoint.status = status
    assert [one.status for one in webhook(endpoint.url, clock).push([entry()])] == [expected]


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_refusal_waits_for_a_person_and_stops_no_other(
    endpoint: Endpoint, clock: ManualClock, status: int
) -> None:
    endpoint.status, endpoint.said = status, b"No such\x00 account."
    receipts = list(webhook(endpoint.url, clock).push([entry(), entry()]))
    assert [one.status for one in receipts] == ["rejected", "rejected"]
    assert receipts[0].problem is not None
    assert receipts[0].problem.params["message"] == f"HTTP {status}. No such account."


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_an_endpoint_that_wants_a_pause_gets_it(
    endpoint: Endpoint, clock: ManualClock, status: int
) -> None:
    endpoint.status, endpoint.headers = status, {"Retry-After": "120"}
    trouble = refused(webhook(endpoint.url, clock))
    assert (trouble.problem.code, trouble.retry_after_s) == ("erp_busy", 120)
    assert trouble.problem.retryable


def test_retry_after_is_a_number_or_a_date() -> None:
    assert retry_after_s("Fri, 15 Jan 2027 08:02:00 GMT", 1_800_000_000) == 120
    assert retry_after_s("Fri, 15 Jan 2027 07:00:00 GMT", 1_800_000_000) == 0
    assert [retry_after_s(text, 0) for text in ("", "soon", "-5", "٣")] == [0, 0, 0, 0]


def test_an_endpoint_that_is_gone_is_asked_no_more(endpoint: Endpoint, clock: ManualClock) -> None:
    endpoint.status = 410
    made = webhook(endpoint.url, clock)
    for _ in range(2):
        problem = refused(made).problem
        assert (problem.code, problem.retryable) == ("webhook_gone", False)
    assert len(endpoint.asked) == 1
    with pytest.raises(Trouble):
        made.probe()


def test_a_redirect_is_not_followed(endpoint: Endpoint, clock: ManualClock) -> None:
    endpoint.status, endpoint.headers = 307, {"Location": f"{endpoint.url}/elsewhere"}
    assert refused(webhook(endpoint.url, clock)).problem.code == "erp_answer"
    assert len(endpoint.asked) == 1


def test_an_event_is_signed_as_standard_webhooks_say_and_the_same_each_time(
    endpoint: Endpoint, clock: ManualClock
) -> None:
    one = entry()
    for _ in range(2):
        list(webhook(endpoint.url, clock).push([one]))
        clock.advance(60_000)
    (_, first, body), (_, second, again) = endpoint.asked
    assert body == again
    assert first["webhook-id"] == second["webhook-id"] == one.id
    assert first["content-type"] == "application/cloudevents+json"
    style = signing.STYLES["standard"]
    keys = [signing.key_of(style, SECRET)]
    signing.check(style, keys, first, body, url="", now_s=1_800_000_000)
    with pytest.raises(signing.SignatureError):
        signing.check(style, keys, first, body + b" ", url="", now_s=1_800_000_000)


@pytest.mark.parametrize("secret", ["whsec_???", base64.b64encode(b"short").decode()])
def test_a_secret_that_is_none_sends_nothing(
    endpoint: Endpoint, clock: ManualClock, secret: str
) -> None:
    assert refused(webhook(endpoint.url, clock, secret=secret)).problem.code == "webhook_secret"
    assert endpoint.asked == []


def test_an_address_inside_is_left_alone_unless_that_is_meant(
    endpoint: Endpoint, clock: ManualClock
) -> None:
    for url in (endpoint.url, endpoint.url.replace("127.0.0.1", "localhost")):
        problem = refused(webhook(url, clock, private_addresses=False)).problem
        assert problem.code == "webhook_forbidden"
    assert endpoint.asked == []


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "a@127.0.0.1",
     "shop.example@localhost"],
)  # fmt: skip
def test_an_address_inside_written_in_another_way_is_left_alone(
    endpoint: Endpoint, clock: ManualClock, host: str
) -> None:
    url = endpoint.url.replace("127.0.0.1", host)
    refused(webhook(url, clock, private_addresses=False))
    assert endpoint.asked == []


def test_a_name_that_leads_inside_when_it_is_used_is_left_alone(
    endpoint: Endpoint, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    # Looked up once it may be anybody's: what counts is where the connection stands.
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **words: real("127.0.0.1", *more, **words)
    )
    url = endpoint.url.replace("127.0.0.1", "shop.example")
    problem = refused(webhook(url, clock, private_addresses=False)).problem
    assert problem.code == "webhook_forbidden"
    assert endpoint.asked == []


def test_only_named_hosts_are_reached(endpoint: Endpoint, clock: ManualClock) -> None:
    made = webhook(endpoint.url, clock, hosts=("hooks.example.com",))
    assert refused(made).problem.code == "webhook_forbidden"
    assert endpoint.asked == []
    reach.check("https://a.example.com/x", ("*.example.com",))
    for url in ("https://example.com.evil.test/", "https://evilexample.com/"):
        with pytest.raises(reach.ForbiddenError):
            reach.check(url, ("*.example.com", "example.com"))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
     "2002:a00:1::", "ff02::1", "224.0.0.1"],
)  # fmt: skip
def test_addresses_inside_are_known_in_every_form(address: str) -> None:
    assert not reach.is_public(address)


def test_addresses_outside_are_public() -> None:
    assert reach.is_public("93.184.216.34")
    assert reach.is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_a_merge_names_both_and_has_no_data() -> None:
    one = Entry(9, "id", "record.merged", "t", "merge", {}, "customer", "a", "C2", into="b")
    told = json.loads(event.body(one, SOURCE))["data"]
    assert (told["subject"], told["into"], "data" in told) == ("a", "b", False)


def test_an_endpoint_that_fails_for_hours_gets_everything_in_the_end(
    endpoint: Endpoint, clock: ManualClock, store: Store
) -> None:
    shop = Shop(store)
    shop.customer()
    endpoint.status = 500
    push = shop.erp(webhook(endpoint.url, clock))
    for _ in range(3):
        assert push.round() is not None
        clock.advance(3_600_000)
    endpoint.status = 204
    assert push.round() is None
    assert (push.held(), push.standings()[0].waiting) == ([], 0)
