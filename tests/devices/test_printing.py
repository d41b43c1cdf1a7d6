"""The queue of a printer: in order, one at a time, over a restart, and nothing twice by mistake."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices import api as devices_api
from devices.driver import State
from devices.printing import api
from devices.printing.material import Material
from devices.printing.sheets import Article
from devices.printing.spool import Spool
from devices.simulated.printer import NetworkPrinter
from devices.wing import Devices
from gateway.access.setup import Shop
from gateway.facts.accept import Facts
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.cast import World
from tests.devices.conftest import Told
from tests.devices.printers import added, stands
from tests.devices.waiting import until

JOBS = "/api/v1/print-jobs"
TILL = Actor("till", "Till 1", "pos", device="till")
TEA = Article("Green tea 100 g", "SKU-0003", "02000000000039", 643, "pack")
SHOP = Shop("Corner Shop", "DE", "EUR", "en")


def article_of(key: str, value: str) -> Article | None:
    return TEA if value in (TEA.gtin, TEA.number) else None


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    with NetworkPrinter() as made:
        yield made


@pytest.fixture
def wing(store: Store, facts: Facts) -> Iterator[Devices]:
    made = Devices(DevicesSettings(), store, facts)
    yield made
    made.stop()


@pytest.fixture
def spool(store: Store, wing: Devices) -> Iterator[Spool]:
    made = Spool(wing, Material(store, lambda: SHOP, article_of, UTC))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def world(store: Store, wing: Devices, spool: Spool) -> World:
    blueprints = [devices_api.blueprint(wing), api.blueprint(spool, wing)]
    return World(store, blueprints=blueprints, device_name=wing.name_of)


@pytest.fixture
def device(wing: Devices, printer: NetworkPrinter) -> str:
    return added(wing, printer)


def new_id() -> str:
    return ids.uuid7(1_800_000_000_000)


def asked(device: str, text: str = "Hello", **more: Any) -> dict[str, Any]:
    body = {"id": new_id(), "printer": device, "template": "document", **more}
    if body["template"] == "document" and "document" not in body:
        body["document"] = {"parts": [{"part": "text", "text": text}, {"part": "cut"}]}
    return body


def ask(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = world.cleo.post(JOBS, body)
    assert answer.status_code == 200, answer.json
    return answer.json


def job(world: World, identity: str) -> dict[str, Any]:
    return world.udo.get(f"{JOBS}/{identity}").json


def settled(world: World, identity: str, state: str) -> dict[str, Any]:
    until(lambda: job(world, identity)["state"] == state)
    return job(world, identity)


def decide(world: World, identity: str, action: str, **more: Any) -> Any:
    return world.ben.post(f"{JOBS}/{identity}", {"action": action, **more})


def sale(facts: Facts, clock: ManualClock, receipt: str = "R-1", **more: Any) -> str:
    data = {
        "register": "T1", "receipt": receipt, "currency": "EUR", "cashier": "Mia",
        "lines": [
            {"gtin": TEA.gtin, "quantity": "2", "unit_price": 540, "tax_rate": "0.19", "tax": 205,
             "amount": 1080},
            {"sku": "X-1", "name": "Paper cup", "quantity": "1", "unit_price": 100, "discount": 10,
             "tax_rate": "0.07", "tax": 6, "amount": 90},
        ],
        "tenders": [{"type": "cash", "amount": 1500, "change": 119}],
        "net": 1170, "tax": 211, "total": 1381,
        **more,
    }  # fmt: skip
    stored = facts.capture(
        "sale.completed", data, actor=TILL, source="till", occurred_at=clock.now_ms()
    )
    assert stored.status == "stored", stored.problem
    return stored.id


def test_a_job_is_printed_and_says_so(world: World, device: str, printer: NetworkPrinter) -> None:
    body = asked(device)
    queued = ask(world, body)
    assert (queued["printer_name"], queued["title"]) == ("Receipts", "Document")
    done = settled(world, body["id"], "done")
    assert (done["confirmed"], done["reason"], done["lost"]) == (True, None, 0)
    assert done["lines"][0].rstrip() == "Hello"
    assert printer.text == "Hello\n- - - -\n"


def test_the_same_id_again_is_the_same_job_and_another_thing_under_it_is_refused(
    world: World, device: str, printer: NetworkPrinter
) -> None:
    body = asked(device)
    ask(world, body)
    settled(world, body["id"], "done")
    assert ask(world, body)["state"] == "done"
    answer = world.cleo.post(JOBS, {**asked(device, "Something else"), "id": body["id"]})
    assert (answer.status_code, answer.json["code"]) == (409, "id_reused")
    assert printer.text.count("Hello") == 1


def test_what_is_asked_for_while_the_printer_cannot_print_comes_out_in_order(
    world: World, wing: Devices, device: str, printer: NetworkPrinter
) -> None:
    printer.paper_end = True
    stands(wing, device, State.DEGRADED, "paper_end")
    bodies = [asked(device, f"Number {n}") for n in range(5)]
    for body in bodies:
        assert ask(world, body)["reason_code"] == "device_paper_end"
    listed = world.ben.get(f"{JOBS}?printer={device}&limit=3").json
    assert [one["id"] for one in listed["jobs"]] == [body["id"] for body in bodies[:1:-1]]
    older = world.ben.get(f"{JOBS}?printer={device}&limit=3&before={listed['next']}").json
    assert [one["id"] for one in older["jobs"]] == [body["id"] for body in bodies[1::-1]]
    assert decide(world, bodies[1]["id"], "cancel").json["state"] == "cancelled"
    printer.paper_end = False
    settled(world, bodies[4]["id"], "done")
    numbers = [line for line in printer.text.splitlines() if line.startswith("Number")]
    assert numbers == ["Number 0", "Number 2", "Number 3", "Number 4"]
    assert decide(world, bodies[1]["id"], "cancel").json["code"] == "print_state"


def test_a_printer_that_was_away_prints_what_waits_when_it_is_back(
    world: World, wing: Devices, printer: NetworkPrinter
) -> None:
    device = added(wing, printer)
    printer.switch_off()
    stands(wing, device, State.OFFLINE, "unreachable")
    body = asked(device)
    assert ask(world, body)["reason_code"] == "device_unreachable"
    with NetworkPrinter(printer.port) as again:
        world.ada.post(f"/api/v1/devices/{device}", {"action": "reconnect"})
        settled(world, body["id"], "done")
        assert again.text.count("Hello") == 1


def test_what_waits_for_a_printer_that_is_taken_away_is_taken_back(
    store: Store, world: World, wing: Devices, spool: Spool, device: str, printer: NetworkPrinter
) -> None:
    printer.confirms = False
    doubtful = asked(device, "Maybe")
    ask(world, doubtful)
    settled(world, doubtful["id"], "uncertain")
    printer.paper_end = True
    stands(wing, device, State.DEGRADED, "paper_end")
    waiting = asked(device, "Never")
    ask(world, waiting)
    assert spool.trouble()
    sql = "DELETE FROM attached_devices WHERE id = ?"
    store.write(lambda tx: tx.execute(sql, (ids.to_bytes(device),)))
    assert settled(world, waiting["id"], "cancelled")["reason_code"] == "device_unknown"
    assert spool.trouble() is None
    assert world.ben.post(JOBS, asked(device)).json["code"] == "device_unknown"


def test_what_was_settled_long_ago_is_forgotten_and_what_nobody_is_sure_of_is_not(
    world: World, spool: Spool, device: str, printer: NetworkPrinter, clock: ManualClock
) -> None:
    done, doubtful = asked(device), asked(device)
    ask(world, done)
    settled(world, done["id"], "done")
    printer.confirms = False
    ask(world, doubtful)
    settled(world, doubtful["id"], "uncertain")
    (_, _, forget) = spool.jobs()[0]
    clock.advance(89 * 24 * 3_600_000)
    forget()
    assert spool.one(done["id"]).state == "done"
    clock.advance(2 * 24 * 3_600_000)
    forget()
    with pytest.raises(Problem, match="print_job_unknown"):
        spool.one(done["id"])
    assert spool.one(doubtful["id"]).state == "uncertain"


def test_a_stale_job_is_not_printed_any_more(
    world: World, wing: Devices, device: str, printer: NetworkPrinter, clock: ManualClock
) -> None:
    printer.cover_open = True
    stands(wing, device, State.DEGRADED, "cover_open")
    body = asked(device, expires_s=60)
    assert ask(world, body)["expires_at"] == "2027-01-15T08:01:00.000Z"
    clock.advance(60_000)
    gone = settled(world, body["id"], "cancelled")
    assert gone["reason_code"] == "print_expired"
    assert printer.printed == b""


def test_an_uncertain_job_waits_for_a_person_and_the_next_one_is_printed(
    world: World,
    spool: Spool,
    device: str,
    printer: NetworkPrinter,
    told: Callable[[], Told],
) -> None:
    printer.breaks_after = 300
    first, second = asked(device, "once " * 200), asked(device, "Next")
    ask(world, first)
    ask(world, second)
    uncertain = settled(world, first["id"], "uncertain")
    assert uncertain["reason_code"] == "device_hung_up"
    settled(world, second["id"], "done")
    assert printer.text.count("once") < 200
    problem = spool.trouble()
    assert problem
    assert problem.params == {"count": 1}
    copy = new_id()
    assert decide(world, first["id"], "reprint").json["code"] == "print_asked_wrong"
    for _ in range(2):  # a double tap prints once
        assert decide(world, first["id"], "reprint", id=copy).json["id"] == copy
    settled(world, copy, "done")
    assert printer.text.count("*** COPY ***") == 1
    assert job(world, first["id"])["reason_code"] == "print_again"
    assert spool.trouble() is None
    entries = [kind for kind, _ in told() if kind.startswith("print.")]
    assert entries == ["print.asked", "print.asked", "print.reprinted"]
    assert not any("once" in json.dumps(data) for _, data in told())


def test_a_person_says_that_it_was_printed_or_lets_it_be(
    world: World, device: str, printer: NetworkPrinter, told: Callable[[], Told]
) -> None:
    printer.confirms = False
    bodies = [asked(device, "One"), asked(device, "Two")]
    for body in bodies:
        ask(world, body)
    for body in bodies:
        settled(world, body["id"], "uncertain")
    assert decide(world, bodies[0]["id"], "confirm").json["state"] == "done"
    assert decide(world, bodies[1]["id"], "cancel").json["state"] == "cancelled"
    assert decide(world, bodies[0]["id"], "confirm").json["code"] == "print_state"
    assert [kind for kind, _ in told() if kind.startswith("print.c")] == [
        "print.confirmed",
        "print.cancelled",
    ]
    printer.confirms = True
    copy = new_id()
    decide(world, bodies[1]["id"], "reprint", id=copy)
    settled(world, copy, "done")
    again = new_id()
    decide(world, copy, "reprint", id=again)
    settled(world, again, "done")
    assert printer.text.count("*** COPY ***") == 2


def test_what_was_being_printed_at_a_power_cut_is_uncertain_and_what_waited_is_printed(
    store: Store, wing: Devices, world: World, device: str, printer: NetworkPrinter, spool: Spool
) -> None:
    spool.stop()
    bodies = [asked(device, "Half"), asked(device, "Later")]
    for body in bodies:
        ask(world, body)
    half = (ids.to_bytes(bodies[0]["id"]),)
    sql = "UPDATE print_jobs SET state = 'printing' WHERE id = ?"
    store.write(lambda tx: tx.execute(sql, half))
    again = Spool(wing, Material(store, lambda: SHOP, article_of, UTC))
    again.start()
    try:
        settled(world, bodies[1]["id"], "done")
    finally:
        again.stop()
    assert job(world, bodies[0]["id"])["reason_code"] == "print_interrupted"
    assert "Half" not in printer.text


def test_a_receipt_tells_the_sale_as_it_was(
    world: World, facts: Facts, clock: ManualClock, device: str, printer: NetworkPrinter
) -> None:
    fact = sale(facts, clock)
    body = asked(device, template="receipt", fact=fact)
    assert ask(world, body)["title"] == "Receipt T1 R-1"
    settled(world, body["id"], "done")
    lines = [line.strip() for line in printer.text.splitlines()]
    assert [" ".join(line.split()) for line in lines if line] == [
        "Corner Shop", "Receipt", "Number R-1", "Register T1", "Cashier Mia",
        "Date 15 Jan 2027 08:00", "-" * 42, "Green tea 100 g 10.80", "2 x 5.40",
        "Paper cup 1.00", "Discount -0.10", "-" * 42, "Net 11.70", "Tax 7% 0.06", "Tax 19% 2.05",
        "Total €13.81", "-" * 42, "Cash 15.00", "Change 1.19", "[R-1]", "- - - -",
    ]  # fmt: skip
    by_number = asked(device, template="receipt", register="T1", receipt="R-1")
    ask(world, by_number)
    assert settled(world, by_number["id"], "done")["lines"] == job(world, body["id"])["lines"]


def test_a_return_names_the_receipt_it_takes_back(
    world: World, facts: Facts, clock: ManualClock, device: str, printer: NetworkPrinter
) -> None:
    data = {
        "register": "T1", "receipt": "R-2", "currency": "EUR",
        "lines": [{"sku": "SKU-0003", "quantity": "-0.5", "unit_price": 100, "amount": -50}],
        "tenders": [{"type": "voucher-7", "amount": -50}], "net": -50, "tax": 0, "total": -50,
        "original": {"register": "T1", "receipt": "R-1"},
    }  # fmt: skip
    stored = facts.capture("sale.returned", data, actor=TILL, source="till")
    body = asked(device, template="receipt", fact=stored.id)
    ask(world, body)
    settled(world, body["id"], "done")
    text = " ".join(printer.text.split())
    assert "Return Number R-2" in text
    assert "Of receipt T1 R-1" in text
    assert "Green tea 100 g -0.50 -0.5 x 1.00" in text
    assert "Total -€0.50" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("小票", "合计", "现金", "找零")), ("zh-Hant", ("合計", "現金", "找零"))],
)
def test_a_receipt_speaks_the_language_of_the_shop(
    store: Store,
    wing: Devices,
    facts: Facts,
    clock: ManualClock,
    printer: NetworkPrinter,
    language: str,
    words: tuple[str, ...],
) -> None:
    spool = Spool(
        wing, Material(store, lambda: Shop("茶店", "CN", "CNY", language), article_of, UTC)
    )
    world = World(store, blueprints=[api.blueprint(spool, wing)])
    device = added(wing, printer, code_page="gb18030")
    spool.start()
    try:
        body = asked(device, template="receipt", fact=sale(facts, clock, currency="CNY"))
        ask(world, body)
        settled(world, body["id"], "done")
    finally:
        spool.stop()
    for word in (*words, "2027年1月15日 08:00", "￥13.81"):
        assert word in printer.text


def test_reports_lists_labels_and_the_test_page(
    world: World, facts: Facts, device: str, printer: NetworkPrinter
) -> None:
    data = {
        "register": "T1", "shift": "S1", "currency": "EUR", "report": "Z-7", "net": 100_000,
        "tax": 19_000, "total": 119_000, "sales": 12, "returns": 1,
        "tenders": [{"type": "cash", "amount": 119_000}],
    }  # fmt: skip
    facts.capture("report.z", data, actor=TILL, source="till")
    received = {"lines": [{"gtin": TEA.gtin, "quantity": "5"}], "location": "Cellar"}
    office = Actor("cleo", "Cleo", "clerk")
    facts.capture("stock.received", received, actor=office, source="desk")
    wanted = {
        "report": {"register": "T1", "report": "Z-7"},
        "count_list": {"location": "Cellar"},
        "price_label": {"article": "2000000000039", "copies": 2},
        "shelf_label": {"article": "SKU-0003"},
        "test_page": {},
    }
    for template, of in wanted.items():
        body = asked(device, template=template, **of)
        ask(world, body)
        settled(world, body["id"], "done")
    text = " ".join(printer.text.split())
    assert "Z report Z-7" in text
    assert "Total €1,190.00" in text
    assert "Place Cellar" in text
    assert "Green tea 100 g ______" in text
    assert text.count("€6.43 / pack") == 3
    assert text.count("[2000000000039]") == 3
    assert "the printer is set up" in text


def test_what_cannot_be_printed_is_refused_with_the_reason(
    world: World, device: str, facts: Facts, printer: NetworkPrinter
) -> None:
    drawer = {"parts": [{"part": "pulse", "reason": "for fun"}]}
    picture = {"parts": [{"part": "raster", "width": 16, "height": 2, "bits": "AAAA"}]}
    cases = [
        ("print_nothing", asked(device, template="receipt", fact=new_id())),
        ("print_nothing", asked(device, template="receipt", register="T1", receipt="R-9")),
        ("print_nothing", asked(device, template="report", fact="x")),
        ("print_nothing", asked(device, template="report", fact=new_id())),
        ("print_nothing", asked(device, template="report", register="T1", report="Z-9")),
        ("print_nothing", asked(device, template="price_label", article="nothing")),
        ("print_nothing", asked(device, template="count_list", location="Moon")),
        ("print_opens_drawer", asked(device, document=drawer)),
        ("print_asked_wrong", asked(device, document=picture)),
        ("print_asked_wrong", asked(device, document=None)),
        ("device_unknown", asked(new_id())),
        ("record_id_malformed", {**asked(device), "id": "x" * 36}),
    ]
    for code, body in cases:
        answer = world.cleo.post(JOBS, body)
        assert answer.json["code"] == code, body
    assert world.ana.post(JOBS, asked(device)).status_code == 403
    assert world.till.post(JOBS, asked(device)).status_code == 200
    assert world.till.get(JOBS).status_code == 403
    assert world.udo.get(f"{JOBS}/{new_id()}").json["code"] == "print_job_unknown"


def test_the_receipts_of_given_registers_come_out_by_themselves_and_only_once(
    store: Store,
    world: World,
    wing: Devices,
    spool: Spool,
    facts: Facts,
    clock: ManualClock,
    printer: NetworkPrinter,
    told: Callable[[], Told],
) -> None:
    added(wing, printer, receipts_of="T1 T2", drawer_on_cash=True)
    sale(facts, clock, "R-1")
    sale(facts, clock, "R-2", register="T3")
    facts.capture("scan.captured", {"text": "A"}, actor=TILL, source="till")
    card = {"tenders": [{"type": "card", "amount": 1381}]}
    sale(facts, clock, "R-3", register="T2", **card)
    until(lambda: "[R-3]" in printer.text)
    listed = world.ben.get(JOBS).json["jobs"]
    until(lambda: {one["state"] for one in world.ben.get(JOBS).json["jobs"]} == {"done"})
    assert {"Receipt T1 R-1", "Receipt T2 R-3"} <= {one["title"] for one in listed}
    assert "[R-2]" not in printer.text
    opened = [data for kind, data in told() if kind == "drawer.opened"]
    assert {"reason": "sale", "register": "T1"} in opened
    assert not any(data["register"] == "T2" for data in opened)

    spool.stop()
    sale(facts, clock, "R-4")
    clock.advance(16 * 60_000)
    sale(facts, clock, "R-5")
    again = Spool(wing, Material(store, lambda: SHOP, article_of, UTC))
    again.start()
    try:
        until(lambda: "[R-5]" in printer.text)
    finally:
        again.stop()
    assert "[R-4]" not in printer.text
    assert all(printer.text.count(f"[{receipt}]") == 1 for receipt in ("R-1", "R-3", "R-5"))
