"""A receipt printer that announces itself is proposed, and hears nothing before it is confirmed."""

import os
import socket
from collections.abc import Iterator

import pytest
from zeroconf import ServiceInfo

from config.schema import DevicesSettings
from devices.discovery.network import Discovery, zeroconf_at
from devices.driver import Candidate, State
from devices.drivers.network_printer import NetworkPrinter as Driver
from devices.simulated.printer import NetworkPrinter
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.store.database import Store
from tests.devices.waiting import until

HERE = ("127.0.0.1",)
# Whoever else runs this on this machine is on the same loopback.
OURS = f"{os.getpid():x}"
ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    """At a port of its own, announced with its UUID."""
    zeroconf = zeroconf_at(HERE)
    with NetworkPrinter() as made:
        for type, port in (("_ipp._tcp", 631), ("_pdl-datastream._tcp", made.port)):
            zeroconf.register_service(
                ServiceInfo(
                    f"{type}.local.",
                    f"EPSON TM-T88VI {OURS}.{type}.local.",
                    port=port,
                    properties={"ty": "EPSON TM-T88VI", "UUID": f"cfe92100-{OURS}"},
                    server=f"printer-{OURS}.local.",
                    addresses=[socket.inet_aton("127.0.0.1")],
                )
            )
        yield made
    zeroconf.close()


def test_a_receipt_printer_is_found_confirmed_and_in_use(
    store: Store, facts: Facts, printer: NetworkPrinter
) -> None:
    discovery = Discovery(lambda: None, lambda: HERE)
    wing = Devices(DevicesSettings(), store, facts, neighbours=discovery.candidates)
    try:

        def seen() -> list[str]:
            discovery.step()
            wing.look()
            found = (
                view for view in wing.proposals() if view.sighting.candidate.traits.get("host")
            )
            return [
                view.id
                for view in found
                if view.sighting.candidate.identity == f"mdns:printer:uuid:cfe92100-{OURS}"
            ]

        (proposal,) = until(seen)
        assert printer.calls == 0
        view = wing.confirm(proposal, "Counter", {"look_s": 1}, ANA)
        assert view.attached.driver == "network_printer"
        until(lambda: wing.device(view.attached.id).state is State.ONLINE)
        assert printer.calls > 0
        told = wing.device(view.attached.id).attached.config
        assert told == {"host": "127.0.0.1", "port": printer.port, "look_s": 1}
    finally:
        wing.stop()
        discovery.stop()


@pytest.mark.parametrize(
    ("name", "product", "sure"),
    [
        ("EPSON TM-m30III", "", 80),
        ("Bar", "Star TSP143", 80),
        ("Receipts kitchen", "", 80),
        ("Office", "HP LaserJet M404", 30),
    ],
)
def test_a_printer_of_receipts_is_told_from_one_of_letters(
    name: str, product: str, sure: int
) -> None:
    assert Driver.match(Candidate("mdns:x", "", "", name, traits={"product": product})) == sure
