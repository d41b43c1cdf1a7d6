"""A counter with a scale, a display and a scanner that types: found, confirmed, told, in the house
as it is.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.schema import DevicesSettings
from devices.driver import State
from devices.simulated.display import SimulatedDisplay
from devices.simulated.hid_scanner import SimulatedHidScanner
from devices.simulated.scale import SerialCable, SimulatedScale
from devices.wing import Devices, DeviceView, ProposalView
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")


@pytest.fixture
def counter(
    tmp_path: Path,
) -> Iterator[tuple[SimulatedScale, SimulatedDisplay, SimulatedHidScanner]]:
    scale = SimulatedScale("adam", talkative=True)
    devices = (
        SerialCable(tmp_path / "ports" / "scale", scale),
        SimulatedDisplay(tmp_path / "ports" / "display"),
        SimulatedHidScanner(tmp_path / "input" / "event2"),
    )
    for one in devices:
        one.plug_in()
    yield scale, devices[1], devices[2]
    for one in devices:
        one.unplug()


@pytest.fixture
def wing(store: Store, facts: Facts, tmp_path: Path, counter: object) -> Iterator[Devices]:
    named = (str(tmp_path / "ports" / "*"), str(tmp_path / "input" / "event*"))
    made = Devices(DevicesSettings(extra_ports=named), store, facts)
    made.start()
    yield made
    made.stop()


def found(wing: Devices) -> dict[str, ProposalView]:
    """What waits for a person, by the last part of its path."""
    seen = {one.sighting.candidate.address.rpartition("/")[2]: one for one in wing.proposals()}
    return seen if len(seen) == 3 else {}


def use(wing: Devices, proposal: ProposalView, driver: str, **config: object) -> DeviceView:
    view = wing.confirm(proposal.id, driver, config, ANA, driver)
    until(lambda: wing.device(view.attached.id).state is State.ONLINE)
    return view


def test_a_whole_counter_is_found_confirmed_and_works(
    wing: Devices,
    counter: tuple[SimulatedScale, SimulatedDisplay, SimulatedHidScanner],
    told: Callable[[], Told],
) -> None:
    scale, display, typist = counter
    proposed = until(lambda: found(wing))
    # A port does not tell what hangs on it, so a person may choose; keys are keys.
    kinds = proposed["scale"].sighting.drivers
    assert kinds[0] == "serial_scanner"
    assert {"serial_scale", "serial_display"} <= {*kinds}
    assert proposed["event2"].sighting.drivers == ("hid_scanner",)

    scales = use(wing, proposed["scale"], "serial_scale", protocol="adam")
    scale.put(750)
    weighed = wing.command(scales.attached.id, "read_weight", {}, ANA)
    assert weighed.data == {"status": "stable", "weight": "0.750", "unit": "kg", "net": False}
    assert wing.command(scales.attached.id, "tare", {}, ANA).outcome == "done"

    displays = use(wing, proposed["display"], "serial_display")
    rows = {"lines": ["Gruyere 0.750 kg\t21.00", "Total\t21.00"]}
    assert wing.command(displays.attached.id, "show", rows, ANA).outcome == "done"
    until(lambda: display.rows == ["Gruyere 0.750  21.00", "Total          21.00"])

    use(wing, proposed["event2"], "hid_scanner")
    typist.scan("4006381333931")
    until(lambda: told()[-1][0] == "scan.captured")
    assert told()[-1][1]["gtin"] == "04006381333931"
    # To ask and to show changes nothing; the scale's key is somebody's doing.
    commands = [data["command"] for type, data in told() if type == "device.commanded"]
    assert commands == ["tare"]
