"""While the gateway is locked scanners go on, and what they read becomes facts exactly once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices.locked import copy, draining
from devices.locked.capture import LockedDevices
from devices.locked.spool import FOLDER, Spool
from devices.simulated.scanner import SimulatedScanner
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel import envelope
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.callers import LOCAL, call, free_port
from tests.devices.conftest import Told

ACK = b"\x06"
CODE = "4006381333931"
DEVICE = Actor("0192d1a0-0000-7000-8000-00000000000d", "Till", "device", device="0192d1a0")


@pytest.fixture
def spool(store: Store) -> Iterator[Spool]:
    made = Spool(store.folder, envelope.public_of(store.keyring.mailbox()), store.clock)
    yield made
    made.close()


def put(spool: Spool, text: str) -> None:
    data = {"text": text, "device_seq": 7}
    kept = spool.capture("scan.captured", data, actor=DEVICE, source="/devices/1", occurred_at=1000)
    assert kept.status == "stored"


def files(store: Store) -> list[Path]:
    return sorted((store.folder / FOLDER).glob("*"))


def texts(told: Told) -> list[str]:
    return [data["text"] for type, data in told if type == "scan.captured"]


@pytest.fixture
def known(
    store: Store, storage: Any, scanner: SimulatedScanner, clock: ManualClock
) -> tuple[DevicesSettings, int]:
    """A gateway that knew a scanner on a line, one on the network, and a shop in the cloud."""
    settings, port = DevicesSettings(extra_ports=(str(scanner.link),)), free_port()
    wing = Devices(settings, store, storage, retry_s=(0.01,))
    wing.start()
    wing.adopt(str(scanner.link), "Anna's scanner", {"ack": "\x06"})
    told = {"host": LOCAL, "port": port, "ack": "\x06"}
    wing.add("tcp_scanner", "Bernd's scanner", told, SYSTEM)
    wing.add("webhook", "Shop", {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, SYSTEM)
    wing.stop()
    return settings, port


@pytest.fixture
def locked(
    store: Store, known: tuple[DevicesSettings, int], clock: ManualClock
) -> Iterator[LockedDevices]:
    scanners = copy.read(store.folder)
    assert scanners
    made = LockedDevices(store.folder, scanners, known[0], clock)
    made.start()
    yield made
    made.stop()


def test_the_copy_holds_scanners_and_neither_names_nor_secrets(
    store: Store, known: tuple[DevicesSettings, int]
) -> None:
    scanners = copy.read(store.folder)
    assert scanners
    assert {one.driver for one in scanners.scanners} == {"serial_scanner", "tcp_scanner"}
    raw = (store.folder / copy.NAME).read_text()
    assert not any(word in raw for word in ("Anna", "Bernd", "Shop", "whsec", "sealed:"))


def test_a_scanner_is_answered_after_its_reading_is_on_the_disk_and_sealed(
    store: Store, locked: LockedDevices, scanner: SimulatedScanner, facts: Facts,
    told: Callable[[], Told],
) -> None:  # fmt: skip
    scanner.await_reader()
    scanner.scan(CODE)
    assert scanner.await_answer(1, 10) == ACK
    assert CODE.encode() not in b"".join(one.read_bytes() for one in files(store))
    locked.stop()
    draining.drain(store.folder, store.keyring, facts)
    (scan,) = [data for type, data in told() if type == "scan.captured"]
    assert (scan["text"], scan["gtin"]) == (CODE, f"0{CODE}")
    assert "device_seq" not in scan


def test_five_hundred_scans_are_drained_once_through_an_end_in_the_middle(
    store: Store, locked: LockedDevices, known: tuple[DevicesSettings, int], facts: Facts,
    told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    sent = [f"LOT-{number:04d}" for number in range(500)]
    with call(known[1]) as line:
        for one in sent:
            line.sendall(f"{one}\r\n".encode())
            assert line.recv(1) == ACK
    locked.stop()

    class Killed(Facts):
        stored = 0

        def capture_all(self, *told: Any, **rest: Any) -> Any:
            results = super().capture_all(*told, **rest)
            self.stored += len(results)
            if self.stored > 100:
                raise KeyboardInterrupt  # stored, and nobody lives to know it
            return results

    with pytest.raises(KeyboardInterrupt):
        draining.drain(store.folder, store.keyring, Killed(store))
    assert 0 < len(texts(told())) < 500
    draining.drain(store.folder, store.keyring, facts)
    assert texts(told()) == sent
    assert files(store) == []
    assert draining.drain(store.folder, store.keyring, facts) == 0


def test_what_a_power_cut_has_torn_was_never_answered_and_hurts_nobody(
    store: Store, spool: Spool, facts: Facts, told: Callable[[], Told]
) -> None:
    put(spool, "one")
    put(spool, "two")
    spool.close()
    (path,) = files(store)
    path.write_bytes(path.read_bytes()[:-3])
    put(spool, "three")
    spool.close()
    assert draining.drain(store.folder, store.keyring, facts) == 2
    assert texts(told()) == ["one", "three"]
    assert draining.trouble(store.folder) is None


def test_a_disk_that_is_full_in_the_middle_of_a_reading_spoils_no_other(
    store: Store, spool: Spool, facts: Facts, told: Callable[[], Told],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    put(spool, "one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fdatasync", full)
        with pytest.raises(Problem, match="disk"):
            put(spool, "two")
    put(spool, "three")
    spool.close()
    assert len(files(store)) == 2
    draining.drain(store.folder, store.keyring, facts)
    assert set(texts(told())) >= {"one", "three"}


def test_what_was_altered_is_kept_and_told_and_the_rest_is_stored(
    store: Store, spool: Spool, facts: Facts, told: Callable[[], Told]
) -> None:
    for text in ("one", "two", "three"):
        put(spool, text)
    spool.close()
    (path,) = files(store)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    draining.drain(store.folder, store.keyring, facts)
    assert texts(told()) == ["one", "three"]
    trouble = draining.trouble(store.folder)
    assert trouble is not None
    assert trouble.code == "spool_damaged"


def test_readings_cannot_be_put_in_another_order(
    store: Store, spool: Spool, facts: Facts, told: Callable[[], Told]
) -> None:
    put(spool, "one")
    put(spool, "two")
    spool.close()
    (path,) = files(store)
    raw = path.read_bytes()
    head, first = raw[:40], raw[40:]
    length = 4 + int.from_bytes(first[:4])
    path.write_bytes(head + first[length:] + first[:length])
    draining.drain(store.folder, store.keyring, facts)
    assert texts(told()) == []
    assert draining.trouble(store.folder)


def test_who_seals_cannot_open(store: Store) -> None:
    public = envelope.public_of(store.keyring.mailbox())
    moment, cipher = envelope.begun(public)
    sealed = cipher.seal(b"reading", "0")
    assert envelope.opener(store.keyring.mailbox(), moment).open(sealed, "0") == b"reading"
    with pytest.raises(Problem):
        envelope.opener(bytes(31) + b"1", moment).open(sealed, "0")
    another, _ = envelope.begun(public)
    assert another != moment
