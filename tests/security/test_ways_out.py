"""What leaves by another way than an answer over HTTP holds what its reader may see, and no more.

A customer has a value of its own in every field: in its versions, in what is contested, in what
waits for a second person, in what was refused. The ERP may see all of what stands, and of nothing
else; whoever gets an alert, a paper or the log may see nothing of it.
"""

import base64
import logging
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import msgspec
import pytest

from config.schema import AlertSettings, ErpSettings, FileDropSettings, WebhookSettings
from devices.printing import articles, receipts, sheets
from devices.printing.material import Material
from devices.printing.receipts import Look
from gateway.kernel import ids
from gateway.kernel.clock import SystemClock
from gateway.kernel.languages import LANGUAGES
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.engine import Origin
from sync.alerts import letter
from sync.alerts.sources import Sources
from sync.alerts.standing import Notice
from sync.erp import batch as batches
from sync.erp import connector, consumers
from sync.erp.batch import Batch, Caps
from sync.erp.book import RecordBook
from sync.erp.connector import Connector, Entry, Outcome, Refusal
from sync.erp.connectors.file_drop.connector import FileDrop
from sync.erp.connectors.webhook.connector import Webhook
from sync.erp.consumers import Consumer
from sync.erp.mapping import reading
from sync.erp.names import RecordNames
from sync.erp.offers import Offers
from sync.erp.pushing.engine import Engine, Terms
from sync.erp.receipt import Receipt
from sync.erp.wing import Erp
from tests.alerts.postbox import Heard, endpoint
from tests.erp.memory import KEY, Ledger, MemoryLine
from tests.erp.shop import Shop
from tests.web import secrets_of
from tests.web.scene import ERP, Scene, built
from tests.web.secrets_of import Secret

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests alone").decode()
NAMES_ALONE = """
[customer]
model = "partner"
id = "x_id"
number = "ref"
[customer.fields]
name = "legal_name"
vat = "tax_id"
"""
_consumers = count(1)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = built(tmp_path_factory.mktemp("ways") / "data")
    yield made
    made.gateway.store.close()


def book(scene: Scene) -> RecordBook:
    return RecordBook(scene.gateway.store.keyring, scene.gateway.records.engine.kinds)


def offered(scene: Scene, *takes: str) -> Batch | None:
    """All that a consumer of its own is offered."""
    offers = Offers(scene.gateway.store, book(scene), Caps(1000, 16_777_216))
    return offers.next(Consumer(f"way-{next(_consumers)}", takes=takes or None))


def entries(scene: Scene, *takes: str) -> list[Entry]:
    cut = offered(scene, *takes)
    return connector.read(cut.body, {}) if cut else []


def found(secrets: Sequence[Secret], raw: bytes) -> list[Secret]:
    """Also amounts with their hundredths apart."""
    plain = raw + raw.replace(b".", b"")
    return list(secrets_of.found(list(secrets), plain))


def check_all_that_stands(scene: Scene, raw: bytes) -> None:
    """Each value of the customer as it is goes out, and none that does not stand in a version."""
    here = found(scene.secrets, raw)
    assert [one for one in here if one not in scene.settled] == []
    assert all(one.may_be_seen_by("erp") for one in here)
    assert {one.data_class for one in here} == set("OPFBI")
    now = [one for one in scene.settled if one in found(scene.settled, current(scene))]
    assert now
    assert [".".join(one.path) for one in now if one not in here] == []


def current(scene: Scene) -> bytes:
    """The customer as finance and the ERP may see it."""
    records, record = scene.gateway.records, scene.record
    return msgspec.json.encode(records.get(ERP, "customer", record)["data"])


def test_a_batch_for_an_erp_or_a_fleet_holds_all_that_stands_and_nothing_that_waits(
    scene: Scene,
) -> None:
    cut = offered(scene)
    assert cut is not None
    check_all_that_stands(scene, b"".join(bytes(raw) for raw in batches.entries(cut.body)))


def test_a_webhook_is_told_all_that_stands_and_nothing_that_waits(scene: Scene) -> None:
    heard: list[Heard] = []
    with endpoint(heard, [204]) as url:
        settings = WebhookSettings(url=url, secret=SECRET, private_addresses=True)
        hook = Webhook(settings, "urn:waystation:W1", 10, SystemClock())
        told = list(hook.push(entries(scene)))
    assert {one.status for one in told} == {"accepted"}
    check_all_that_stands(scene, b"".join(one.body for one in heard))
    assert found(scene.secrets, repr([one.headers for one in heard]).encode()) == []


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_files_hold_all_that_stands_and_nothing_that_waits(
    scene: Scene, tmp_path: Path, form: str
) -> None:
    drop = FileDrop(FileDropSettings(folder=str(tmp_path), format=form, takes=("customer",)), 10)
    list(drop.push(entries(scene, "customer")))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    check_all_that_stands(scene, b"".join(path.read_bytes() for path in files))
    assert found(scene.secrets, " ".join(path.name for path in files).encode()) == []


def test_who_takes_no_customers_is_told_nothing_of_one(scene: Scene) -> None:
    sale = Shop(scene.gateway.store).sale(customer=scene.record)
    cut = offered(scene, "sale.completed", "product")
    assert cut is not None
    raw = b"".join(bytes(one) for one in batches.entries(cut.body))
    assert sale.encode() in raw
    assert found(scene.secrets, raw) == []


def test_a_mapped_erp_gets_the_fields_of_its_mapping_alone(scene: Scene) -> None:
    ledger = Ledger()
    mapping = reading.parse("memory", NAMES_ALONE)
    terms = Terms(names=RecordNames(scene.gateway.store))
    list(Engine(MemoryLine(ledger, KEY), mapping, terms).push(entries(scene, "customer")))
    here = found(scene.secrets, repr(ledger.rows).encode())
    assert {one.path for one in here} == {("legal_name",), ("tax_id",)}


class Quoting:
    """An ERP that refuses everything and says what it read of the customer, of a sale too."""

    name = "quoting"
    takes = ("customer", "sale.completed")

    def __init__(self) -> None:
        self._read: dict[str, str] = {}

    def probe(self) -> str:
        return "Quoting"

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            if entry.kind:
                self._read[entry.subject] = " ".join(map(str, _values(entry.data)))
            words = self._read[entry.subject or str(entry.data["customer"])]
            refusal = Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=words))
            yield refusal.receipt(entry.seq)

    def tidy(self) -> None:
        """Nothing is left over."""


def _values(data: object) -> Iterator[object]:
    if isinstance(data, dict):
        for one in data.values():
            yield from _values(one)
    else:
        yield data


def test_the_words_of_an_erp_that_quotes_what_it_refuses_reach_neither_log_nor_alert(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = scene.gateway
    quoting: Connector = Quoting()
    sale = Shop(gateway.store).sale(customer=scene.record)
    erp = Erp(gateway.store, book(scene), ErpSettings(), [quoting])
    erp.round()
    with gateway.store.read() as rows:
        asked = "SELECT o.problem, j.id FROM erp_outstanding o JOIN journal j USING (seq)"
        kept = rows.tuples(f"{asked} WHERE o.consumer = 'quoting'")
    assert ids.to_bytes(sale) in {entry for _, entry in kept}
    here = found(scene.secrets, repr(kept).encode())
    assert {one.data_class for one in here} == {"O"}
    assert found(scene.secrets, caplog.text.encode()) == []


def test_an_alert_tells_nothing_of_a_record(scene: Scene) -> None:
    gateway = scene.gateway
    words = " ".join(one.needle.decode() for one in scene.secrets[:60])
    gateway.store.write(lambda tx: consumers.claim(tx, Consumer("broken")))
    failed = Problem("erp_answer", reason=words)
    gateway.store.write(lambda tx: consumers.contact(tx, "broken", failed))
    wanted = AlertSettings(quarantine_entries=1, backlog_entries=1)
    health, erp, phones = gateway.parts.health, gateway.erp, gateway.phones
    sources = Sources(wanted, gateway.store, health, erp, phones, lambda: [("Scale", "scale")])
    alarms = sources.look()
    assert {"quarantine", "erp/broken/backlog"} <= {one.key for one in alarms}
    told = b""
    for alarm in alarms:
        for what in ("began", "still", "ended"):
            notice = Notice("1", what, alarm.key, alarm.problem.record(), 0, 0)
            for language in LANGUAGES:
                told += letter.event(notice, language, "urn:waystation:W1")
                told += letter.mail([notice], language, "Shop", "W1").as_bytes()
    assert found(scene.secrets, told) == []


def test_a_paper_tells_nothing_of_a_customer_and_of_an_article_what_stands_on_its_label(
    scene: Scene,
) -> None:
    gateway = scene.gateway
    sale = Shop(gateway.store).sale(customer=scene.record)
    material = Material(gateway.store, lambda: None, lambda *_: None)
    sold = material.sold(sale, "", "")
    assert sold.data["customer"] == scene.record
    paper = msgspec.json.encode(receipts.receipt(sold, Look("Shop", "en", None)))
    assert found(scene.secrets, paper) == []
    secrets = secrets_of.filled(KINDS["product"])
    sku = next(one.value for one in secrets if one.path == ("sku",))
    data = {one.path[0]: one.value for one in secrets if one.path in {("name",), ("sku",)}}
    gateway.records.create(Origin(ERP), "product", {**data, "net_price": 4_700_000_123})
    article = articles.find(gateway.records, "sku", str(sku))
    assert article is not None
    label = msgspec.json.encode(sheets.labels(article, "EUR", 1, shelf=True))
    assert {one.path for one in found(secrets, label)} <= {("name",), ("sku",)}
    assert found(scene.secrets, label) == []
