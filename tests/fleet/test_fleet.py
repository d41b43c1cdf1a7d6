"""A journal published to a real cluster of three, and landed in a real PostgreSQL."""

import asyncio
import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from config.schema import FleetSettings
from gateway.store.database import Store
from sync.fleet.lander import Lander, Work
from sync.fleet.line import Address
from sync.fleet.publisher import Publisher
from tests.cast import scan
from tests.devices.waiting import until
from tests.erp.shop import Shop
from tests.fleet.cluster import Cluster, Leaf
from tests.fleet.landing import Landing
from tests.fleet.postgres import Postgres
from tests.torture.gateway import GatewayProcess

STREAM = "WAYSTATION"
SCANS = 1500


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store)


def publisher(hub: Cluster, shop: Shop, gateway: str, **settings: object) -> Publisher:
    told = {"servers": hub.servers, "timeout_s": 5, **settings}
    return Publisher(shop.store, shop.book, FleetSettings(**told), gateway)  # type: ignore[arg-type]


def land(hub: Cluster, office: Postgres, **work: object) -> int:
    told = {"once": True, "wait_s": 0.5, "replicas": 3, **work}
    lander = Lander(
        Address(hub.servers),
        lambda: psycopg.connect(office.told, autocommit=True),
        Work(**told),  # type: ignore[arg-type]
    )
    asyncio.run(lander.run())
    return lander.landed


def landed(office: Postgres, gateway: str) -> list[tuple[object, ...]]:
    return office.rows(
        "SELECT id::text, type, op, version, entry FROM waystation_entries"
        f" WHERE gateway = '{gateway}' ORDER BY seq"
    )


def test_what_happens_in_a_shop_lands_at_head_office(
    hub: Cluster, office: Postgres, shop: Shop
) -> None:
    land(hub, office)  # makes the stream
    customer = shop.customer("Lefort")
    sale = shop.sale(customer=customer)
    shop.edit(customer, {"legal_name": "Lefort SARL"})
    made = publisher(hub, shop, "A1")
    assert made.round() is None
    assert land(hub, office) == 2
    (sold, record) = landed(office, "A1")
    assert (sold[0], sold[1], sold[2]) == (sale, "sale.completed", "append")
    assert (record[1], record[3]) == ("record.edited", 2)
    told = record[4]
    assert isinstance(told, dict)
    assert told["data"]["legal_name"] == "Lefort SARL"
    ((name,),) = office.rows(
        "SELECT entry->'data'->>'legal_name' FROM waystation_records WHERE gateway = 'A1'"
    )
    assert name == "Lefort SARL"
    assert shop.record(customer)["stage"] != "accepted"  # a stream is no ERP's word


def test_a_leaf_of_a_region_hands_on_to_the_hub(
    hub: Cluster, office: Postgres, shop: Shop, tmp_path: Path
) -> None:
    land(hub, office)
    leaf = Leaf(tmp_path, hub.nodes[0])
    leaf.start()
    try:
        until(leaf.is_connected, 30)
        shop.sale()
        assert publisher(hub, shop, "L1", servers=(leaf.server,)).round() is None
    finally:
        leaf.kill()
    assert land(hub, office) == 1


def test_what_is_published_again_is_dropped_by_the_stream_and_landed_once_in_any_case(
    hub: Cluster, office: Postgres, shop: Shop
) -> None:
    land(hub, office)
    for _ in range(5):
        shop.sale()
    made = publisher(hub, shop, "B1")
    assert made.round() is None
    before = hub.messages(STREAM)
    erp = shop.erp()
    erp.rewind("fleet", 0)
    assert made.round() is None
    assert hub.messages(STREAM) == before
    assert land(hub, office) == 5
    assert land(hub, office, durable="another-place") == 0  # everything, from the beginning
    assert len(landed(office, "B1")) == 5


def test_a_stream_that_is_missing_and_servers_that_are_not_there_lose_nothing(
    hub: Cluster, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.fleet.publisher.ATTEMPTS", 1)
    shop.sale()
    problem = publisher(hub, shop, "C1", stream="NOWHERE").round()
    assert problem is not None
    assert problem.code in {"fleet_stream", "fleet_refused"}
    problem = publisher(hub, shop, "C1", servers=("nats://127.0.0.1:9",), timeout_s=1).round()
    assert problem is not None
    assert problem.code == "fleet_unreachable"
    (standing,) = shop.erp().standings()
    assert (standing.waiting, standing.problem is not None) == (1, True)


def test_an_entry_that_is_too_large_waits_for_a_person_and_stops_no_other(
    hub: Cluster, office: Postgres, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(hub, office)
    monkeypatch.setattr("sync.fleet.publisher.HEADERS_BYTES", 1_048_576 - 400)
    shop.scan()
    shop.sale()
    shop.scan("4006381333948")
    assert publisher(hub, shop, "D1").round() is None
    (held,) = shop.erp().held()
    assert (held.status, held.problem.code) == ("rejected", "fleet_too_large")
    assert land(hub, office) == 2


def test_what_nobody_of_ours_published_is_kept_apart(hub: Cluster, office: Postgres) -> None:
    land(hub, office)

    async def publish(streams: object) -> None:
        for payload in (b"nonsense", b'{"id": "1"}', b"\xff\x00"):
            await streams.publish("waystation.E1.sale.completed", payload)  # type: ignore[attr-defined]

    hub.ask(publish)
    assert land(hub, office) == 0
    assert len(office.rows("SELECT * FROM waystation_strays WHERE name LIKE '%E1%'")) == 3


def test_a_database_that_goes_away_in_the_middle_gets_everything_once(
    hub: Cluster, office: Postgres, shop: Shop
) -> None:
    land(hub, office)
    for number in range(300):
        shop.scan(f"{number}")
    assert publisher(hub, shop, "F1").round() is None
    done = threading.Event()
    worker = threading.Thread(
        target=lambda: (
            land(hub, office, batch=20, wait_s=2, ack_wait_s=2, durable="flaky"),
            done.set(),
        )
    )
    office.kill()
    worker.start()
    office.start()
    until(done.is_set, 60)
    worker.join()
    assert len(landed(office, "F1")) == 300


@pytest.fixture
def landing(hub: Cluster, office: Postgres, tmp_path: Path) -> Iterator[Landing]:
    made = Landing(hub, office, tmp_path)
    yield made
    made.end(signal.SIGTERM)


@pytest.fixture
def gateway(hub: Cluster, tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data")
    made.data.mkdir()
    (made.data / "site.toml").write_text(
        f'[gateway]\nnumber_prefix = "Z9"\n[fleet]\nservers = {json.dumps(hub.servers)}\n'
        "batch_entries_max = 50\ninterval_s = 1\ntimeout_s = 3\n"
    )
    made.start()
    yield made
    made.stop()


def test_a_node_the_gateway_and_the_lander_killed_lose_nothing_and_double_nothing(
    hub: Cluster, office: Postgres, landing: Landing, gateway: GatewayProcess
) -> None:
    land(hub, office)
    token = gateway.token("Counter", "device")
    landing.start()
    offer(gateway, token, 0)
    until(lambda: count(office) > 0, 60)
    landing.end(signal.SIGKILL)
    leader = hub.leader(STREAM)
    leader.kill()
    offer(gateway, token, 1)
    gateway.kill()
    landing.start()
    gateway.start()
    offer(gateway, token, 2)
    until(lambda: count(office) > SCANS // 3, 60)
    landing.end(signal.SIGKILL)
    leader.start()
    landing.start()
    until(lambda: count(office) == SCANS, 60)
    told = [row[4] for row in landed(office, "Z9") if row[1] == "scan.captured"]
    texts = [one["data"]["text"] for one in told if isinstance(one, dict)]
    assert sorted(texts, key=int) == [f"{number}" for number in range(SCANS)]


def events(part: int) -> list[dict[str, object]]:
    each = SCANS // 3
    return [scan(f"{number}", text=f"{number}") for number in range(part * each, (part + 1) * each)]


def offer(gateway: GatewayProcess, token: str, part: int) -> None:
    answer = requests.post(
        f"http://localhost:{gateway.port}/api/v1/facts",
        json=events(part),
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}


def count(office: Postgres) -> int:
    found = office.rows(
        "SELECT count(*) FROM waystation_entries WHERE gateway = 'Z9' AND type = 'scan.captured'"
    )
    return int(str(found[0][0]))
