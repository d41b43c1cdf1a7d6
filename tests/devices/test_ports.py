"""Serial ports found without opening any: who is who, and what is left alone."""

from pathlib import Path
from typing import Any

import pytest
from serial.tools.list_ports_common import ListPortInfo

from devices.driver import Candidate
from devices.drivers import _serial_ports
from devices.drivers._serial_ports import known_ports


def port(device: str, **facts: Any) -> ListPortInfo:
    found = ListPortInfo(device, skip_link_detection=True)
    for name, value in facts.items():
        setattr(found, name, value)
    return found


def usb(device: str, serial: str | None = "A1", **facts: Any) -> ListPortInfo:
    known = {"vid": 0x0403, "pid": 0x6001, "serial_number": serial, "location": "1-1.4"}
    return port(device, **{**known, **facts})


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """A kernel with one real port, ttyS1, one that does not exist, ttyS9, and a console, ttyS0."""
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "active").write_text("tty0 ttyS0\n")
    for name, kind in (("ttyS0", "4"), ("ttyS1", "4"), ("ttyS9", "0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(f"{kind}\n")
    return tmp_path


def known(sysfs: Path, *ports: ListPortInfo) -> list[Candidate]:
    return list(known_ports(ports, sysfs))


def test_a_usb_device_is_known_by_its_serial_number(sysfs: Path) -> None:
    (found,) = known(sysfs, usb("/dev/ttyUSB0", manufacturer="FTDI", product="FT232R"))
    assert found.identity == "usb:0403:6001:A1:0"
    assert found.address == "/dev/ttyUSB0"
    assert found.description == "FTDI FT232R (/dev/ttyUSB0)"
    assert found.warning == ""


def test_it_stays_the_same_under_another_name_in_another_socket(sysfs: Path) -> None:
    (here,) = known(sysfs, usb("/dev/ttyUSB0", location="1-1.4"))
    (there,) = known(sysfs, usb("/dev/ttyUSB3", location="2-1"))
    assert here.identity == there.identity
    assert here.target != there.target


def test_the_ports_of_one_device_are_told_apart(sysfs: Path) -> None:
    first, second = known(
        sysfs,
        usb("/dev/ttyUSB0", location="1-1.4:1.0"),
        usb("/dev/ttyUSB1", location="1-1.4:1.1"),
    )
    assert (first.identity, second.identity) == ("usb:0403:6001:A1:1.0", "usb:0403:6001:A1:1.1")


def test_without_a_serial_number_the_socket_counts_and_a_warning_says_so(sysfs: Path) -> None:
    (found,) = known(sysfs, usb("/dev/ttyACM0", serial=None))
    assert (found.identity, found.warning) == ("usbpath:1-1.4:0", "no_serial")


def test_two_devices_with_one_serial_number_are_never_mixed_up(sysfs: Path) -> None:
    first, second = known(
        sysfs, usb("/dev/ttyUSB0", location="1-1"), usb("/dev/ttyUSB1", location="1-2")
    )
    assert (first.identity, second.identity) == ("usbpath:1-1:0", "usbpath:1-2:0")
    assert {first.warning, second.warning} == {"same_serial"}


@pytest.mark.parametrize("device", ["/dev/ttyS0", "/dev/ttyS9", "/dev/ttyS7", "/dev/ttyAMA0"])
def test_a_console_and_a_port_without_a_chip_are_left_alone(sysfs: Path, device: str) -> None:
    assert known(sysfs, port(device)) == []


@pytest.mark.parametrize("device", ["/dev/ttyS1", "/dev/rfcomm0"])
def test_a_built_in_or_bluetooth_port_is_offered(sysfs: Path, device: str) -> None:
    (found,) = known(sysfs, port(device))
    assert found.identity == f"port:{device}"


def test_a_maker_of_scanners_is_a_surer_match(sysfs: Path) -> None:
    (scanner,) = known(sysfs, usb("/dev/ttyACM0", vid=0x0C2E))
    (anything,) = known(sysfs, usb("/dev/ttyUSB0"))
    assert _serial_ports.likelihood(scanner) > _serial_ports.likelihood(anything)
    assert scanner.description == "Honeywell ttyACM0 (/dev/ttyACM0)"


def test_ports_of_the_settings_may_be_patterns_links_and_loops(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.touch()
    for name in ("a", "b"):
        (tmp_path / f"scanner-{name}").symlink_to(real)
    extra = [str(tmp_path / "scanner-*"), str(tmp_path / "missing"), "loop://"]
    found = {c.identity: c for c in _serial_ports.find(extra)}
    named = [f"port:{tmp_path}/scanner-a", f"port:{tmp_path}/scanner-b", "port:loop://"]
    assert set(named) <= set(found)
    assert f"port:{tmp_path}/missing" not in found
    assert found[named[0]].target == str(real)
    assert found[named[0]].address == str(tmp_path / "scanner-a")
