"""What a fleet's figures are on this machine: published and landed entries a second, and bytes.

    python -m bench.fleet [--sales 20000]

Everything runs here at once: a gateway's store, a cluster of three with a stream of three copies,
and PostgreSQL. Every sale is one entry.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import psycopg

from config.schema import FleetSettings, StoreSettings
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store
from sync.fleet.lander import Lander, Work
from sync.fleet.line import Address
from sync.fleet.publisher import Publisher
from tests.erp.shop import Shop, line
from tests.fleet.cluster import Cluster, cluster
from tests.fleet.postgres import Postgres, postgres


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sales", type=int, default=20_000)
    count = asked.parse_args().sales
    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder, "hub")) as hub,
        postgres() as office,
    ):
        measure(Path(folder), hub, office, count)


def measure(folder: Path, hub: Cluster, office: Postgres, count: int) -> None:
    """Fill a store, publish it, land it."""
    store = Store(folder / "data", StoreSettings(), SystemClock())
    shop = Shop(store)
    lines = [line(), line("2000000000022", quantity="3", unit_price=790), line(unit_price=99)]
    for _ in range(count):
        shop.sale(*lines)
    land(hub, office, count=0)
    publisher = Publisher(store, shop.book, FleetSettings(servers=hub.servers), "B1")
    seconds = timed(publisher.round)
    print(f"published   {count / seconds:8.0f} entries/s ({count} in {seconds:.1f} s, R3)")
    size = hub.ask(_bytes)
    print(f"in a stream {size / count:8.0f} bytes/entry on each of three nodes")
    seconds = timed(lambda: land(hub, office, count=count))
    print(f"landed      {count / seconds:8.0f} rows/s ({count} in {seconds:.1f} s)")
    ((held,),) = office.rows("SELECT pg_total_relation_size('waystation_entries')")
    print(f"in tables   {int(str(held)) / count:8.0f} bytes/entry with indexes")
    store.close()


def land(hub: Cluster, office: Postgres, *, count: int) -> None:
    """Land until so many are there."""
    lander = Lander(
        Address(hub.servers),
        lambda: psycopg.connect(office.told, autocommit=True),
        Work(replicas=3, once=True, wait_s=0.2),
    )
    asyncio.run(lander.run())
    assert lander.landed == count, f"{lander.landed} of {count}"


def timed(work: object) -> float:
    """How long a call takes, in seconds."""
    began = time.perf_counter()
    assert callable(work)
    assert not work()
    return time.perf_counter() - began


async def _bytes(streams: object) -> int:
    info = await streams.stream_info("WAYSTATION")  # type: ignore[attr-defined]
    return int(info.state.bytes)


if __name__ == "__main__":
    main()
