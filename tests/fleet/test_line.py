"""Who a gateway is at the servers of the fleet: certificates and keys, at a real server."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import nkeys
import pytest
from nats.js.api import StreamConfig

from config.schema import FleetSettings
from gateway.store.database import Store
from sync.fleet import line
from sync.fleet.line import Address
from sync.fleet.publisher import Publisher
from tests.browser.certificates import found_authority
from tests.devices.waiting import until
from tests.erp.shop import Shop
from tests.fleet.cluster import Node, free_ports


class Guarded(Node):
    """One server that speaks TLS and knows one nkey."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (port,) = free_ports(1)
        super().__init__(folder, "guarded", [(port, 0, 0)], 0)
        served = found_authority(folder / "authority")
        self.authority = str(served.ca)
        self.nkey, self.office, self.stranger = (
            folder / f"{name}.nk" for name in ("user", "office", "stranger")
        )
        gateway, office, _ = (_known(path) for path in (self.nkey, self.office, self.stranger))
        own = '{ publish: ["waystation.T1.>"], subscribe: ["_INBOX.>"] }'
        self._config.write_text(
            f"listen: 127.0.0.1:{port}\njetstream {{ store_dir: {folder / 'store'} }}\n"
            f"tls {{ cert_file: {served.certificate}, key_file: {served.key} }}\n"
            f"authorization {{ users: [ {{ nkey: {gateway}, permissions: {own} }},"
            f" {{ nkey: {office} }} ] }}\n"
        )
        self.url = f"tls://127.0.0.1:{port}"

    def answers(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self.port)) == 0


def _known(path: Path) -> str:
    """A new nkey's public half; its seed goes into a file."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    path.write_bytes(seed)
    return str(nkeys.from_seed(bytearray(seed)).public_key.decode())


STREAM = StreamConfig(name="WAYSTATION", subjects=["waystation.>"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    made = Guarded(tmp_path_factory.mktemp("guarded"))
    made.start()
    until(made.answers)
    asyncio.run(_make_stream(made))
    yield made
    made.kill()


async def _make_stream(server: Guarded) -> None:
    address = Address((server.url,), server.authority, nkey=str(server.office))
    async with line.opened(address, "tests", 10) as client:
        await client.jetstream().add_stream(STREAM)


def outcome(server: Guarded, store: Store, gateway: str = "T1", **told: str) -> str:
    """What a round of publishing one scan ends with."""
    shop = Shop(store)
    shop.scan()
    keys = {"authority": server.authority, "nkey": str(server.nkey), **told}
    timeout_s = 10 if gateway == "T1" and not told else 1
    settings = FleetSettings(servers=(server.url,), timeout_s=timeout_s, **keys)  # type: ignore[arg-type]
    problem = Publisher(store, shop.book, settings, gateway).round()
    return problem.code if problem else ""


def test_a_gateway_with_the_right_key_publishes_over_tls(server: Guarded, store: Store) -> None:
    assert outcome(server, store) == ""


def test_a_strange_key_and_none_are_told_apart_from_a_line_that_is_down(
    server: Guarded, store: Store
) -> None:
    assert outcome(server, store, nkey=str(server.stranger)) == "fleet_key"
    assert outcome(server, store, nkey="") == "fleet_key"
    assert outcome(server, store, nkey="/nowhere/user.nk") == "fleet_key"


def test_a_gateway_may_not_speak_for_another_one(server: Guarded, store: Store) -> None:
    assert outcome(server, store, gateway="T2") == "fleet_key"


def test_a_server_whose_certificate_nobody_trusts_hears_nothing(
    server: Guarded, store: Store
) -> None:
    assert outcome(server, store, authority="") == "fleet_unreachable"
