"""RFID readers and scanners at a real broker: counted once, whatever breaks."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from paho.mqtt.client import DisconnectFlags
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.driver import Candidate, LineRefused, State
from devices.drivers._mqtt import Subscription
from devices.drivers.mqtt_reader import MqttReader, ReaderOptions
from devices.intake import Intake
from devices.notes import Notebook
from devices.options import read
from devices.simulated.rfid_reader import SimulatedReader
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.browser.certificates import found_authority
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE, Gate
from tests.devices.mosquitto import Mosquitto, mosquitto
from tests.devices.waiting import until

EPC = "3034257BF7194E4000001A85"
Begin = Callable[..., Worker]
Read = Callable[[], Told]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def broker(running: Mosquitto) -> Iterator[Mosquitto]:
    """Running and open to everybody, and empty."""
    yield running
    running.stop()
    running.configure("listener {port} 127.0.0.1", "allow_anonymous true")
    (running.folder / "mosquitto.db").unlink(missing_ok=True)
    running.start()


@pytest.fixture
def reader(broker: Mosquitto) -> Iterator[SimulatedReader]:
    with SimulatedReader(broker.port, "shop/door", Random(7)) as made:
        yield made


@pytest.fixture
def gate(facts: Facts) -> Gate:
    return Gate(facts)


@pytest.fixture
def begin(broker: Mosquitto, store: Store, gate: Gate) -> Iterator[Begin]:
    """A gateway's worker for the reader; each is a life of its own, with the notes of the last."""
    made: list[Worker] = []

    def start(wait: bool = True, **options: Any) -> Worker:
        config = {"host": "127.0.0.1", "port": broker.port, "topics": "shop/#", **options}
        intake = Intake(DEVICE, gate, store.clock, Rules(), window_ms=0, number=0)
        worker = Worker(
            MqttReader(config),
            intake,
            Standing(store.clock),
            Backoff(0.02, 0.1, lambda: 0.5),
            retry_s=(0.01, 0.02),
            notes=Notebook(store, DEVICE.id),
        )
        made.append(worker)
        worker.found(Candidate("mqtt_reader:1", "mqtt_reader:1", "mqtt_reader:1", "Readers"))
        worker.ensure_running()
        if wait:
            until(lambda: worker.standing.state is State.ONLINE)
        return worker

    yield start
    gate.open.set()
    gate.refusal = None
    for worker in made:
        worker.stop()
        worker.join()


def end(worker: Worker) -> None:
    worker.stop()
    worker.join()


def of(type: str, told: Read) -> list[dict[str, Any]]:
    return [data for kind, data in told() if kind == type]


def observed(told: Read) -> list[dict[str, Any]]:
    return of("rfid.observed", told)


def counts(told: Read) -> dict[str, int]:
    found: dict[str, int] = {}
    for data in observed(told):
        found[data["epc"]] = found.get(data["epc"], 0) + data["count"]
    return found


def tags(number: int) -> list[str]:
    """So many tags of one article."""
    return [f"{int(EPC, 16) + serial:024X}" for serial in range(number)]


def notes(store: Store, start: str) -> list[str]:
    return [name for name in Notebook(store, DEVICE.id).read() if name.startswith(start)]


def heard(worker: Worker) -> int:
    """How many messages have moved in."""
    pieces = worker.standing.pieces(0)
    return pieces[-1].number if pieces else 0


def test_a_tag_that_is_seen_fifty_times_is_one_observation(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, store: Store, told: Read
) -> None:
    worker = begin()
    for turn in range(1, 51):
        reader.see(EPC)
        # The note of each message is there before the next one is sent.
        until(lambda turn=turn: len(notes(store, "heard:")) == turn)
        clock.advance(40)
    assert observed(told) == []
    assert len(notes(store, "tag:")) == 1
    clock.advance(5000)
    (seen,) = until(lambda: observed(told))
    assert (seen["epc"], seen["count"]) == (EPC, 50)
    assert (seen["gtin"], seen["serial"]) == ("80614141123458", "6789")
    assert seen["antennas"] == [1, 2, 3, 4]
    assert -70 <= float(seen["peak_rssi"]) <= -30
    assert seen["first"] < seen["last"]
    assert seen["reader_first"] == "2026-03-01T10:00:00.000+0000"
    until(lambda: notes(store, "tag:") == [])
    assert worker.standing.facts == 1


def test_a_tag_that_stays_is_observed_again_in_the_next_window(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, store: Store, told: Read
) -> None:
    begin(window_s=2)
    for turn in (1, 2, 3):
        reader.see(EPC, times=4)
        until(lambda turn=turn: len(notes(store, "heard:")) == 4 * turn)
        clock.advance(2001)
        until(lambda turn=turn: len(observed(told)) == turn)
    assert [seen["count"] for seen in observed(told)] == [4, 4, 4]


def test_what_is_no_json_is_kept_whole_and_the_next_message_is_read(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    reader.send(b"{bad")
    reader.see(EPC)
    (dead,) = until(lambda: of("scan.invalid", told))
    assert dead["reason"] == "json"
    assert base64.b64decode(dead["raw"]) == b"{bad"
    until(lambda: heard(worker) == 2)
    until(lambda: (clock.advance(6000), counts(told) == {EPC: 1})[1])
    assert worker.standing.errors == 1
    assert worker.standing.frames_seen()[0].text == "{bad"
    assert worker.standing.state is State.ONLINE


def test_a_message_that_is_only_half_readable_is_counted_and_kept(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    reader.send(json.dumps([{"data": {"idHex": EPC}}, {"data": {"idHex": "xyz"}}]).encode())
    until(lambda: of("scan.invalid", told))
    until(lambda: heard(worker) == 1)
    until(lambda: (clock.advance(6000), counts(told) == {EPC: 1})[1])
    assert of("scan.invalid", told)[0]["reason"] == "epc"


def test_a_long_message_that_cannot_be_read_loses_nothing(
    begin: Begin, reader: SimulatedReader, told: Read
) -> None:
    begin()
    payload = b"{" + b"0123456789abcdef" * 40_000
    reader.send(payload)
    (dead,) = until(lambda: of("scan.invalid", told))
    assert dead["text"].encode() == payload


def test_a_sled_sends_tags_and_bar_codes(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    reader.sweep(tags(3), ["4006381333931"])
    reader.send(b"96385074\r\n" + EPC.encode())
    until(lambda: len(of("scan.captured", told)) == 2)
    assert [scan["gtin"] for scan in of("scan.captured", told)] == [
        "04006381333931",
        "00000096385074",
    ]
    until(lambda: heard(worker) == 2)
    until(lambda: (clock.advance(6000), counts(told) == {**dict.fromkeys(tags(3), 1), EPC: 2})[1])


def test_another_makers_json_is_read_by_paths(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin(
        form="paths",
        items_path="report.seen",
        epc_path="tag.code",
        rssi_path="dbm",
        antenna_path="port",
        count_path="times",
    )
    seen = {"tag": {"code": EPC}, "dbm": "-47.55", "port": 3, "times": 12}
    reader.send(json.dumps({"report": {"seen": [seen]}}).encode())
    until(lambda: heard(worker) == 1)
    (one,) = until(lambda: (clock.advance(6000), observed(told))[1])
    assert (one["count"], one["antennas"], one["peak_rssi"]) == (12, [3], "-47.6")


def test_what_is_published_while_the_gateway_is_down_arrives_once(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    end(begin())
    for epc in tags(40):
        reader.see(epc, times=5)
    reader.settle()
    worker = begin()
    until(lambda: heard(worker) == 200)
    until(lambda: (clock.advance(6000), counts(told) == dict.fromkeys(tags(40), 5))[1])
    end(worker)
    again = begin()
    clock.advance(6000)
    end(again)
    assert counts(told) == dict.fromkeys(tags(40), 5)


def test_a_broker_that_is_started_anew_is_found_again_and_nothing_counts_twice(
    begin: Begin, broker: Mosquitto, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    reader.see(EPC, times=10)
    reader.settle()
    until(lambda: heard(worker) == 10)
    broker.stop()
    until(lambda: worker.standing.state is State.OFFLINE)
    # What was counted is kept when the line goes, without waiting for the window.
    until(lambda: counts(told) == {EPC: 10})
    broker.start()
    until(lambda: worker.standing.state is State.ONLINE)
    reader.see(EPC, times=3)
    reader.settle()
    until(lambda: heard(worker) >= 13)
    until(lambda: (clock.advance(6000), counts(told) == {EPC: 13})[1])


def test_nothing_is_acknowledged_while_the_storage_refuses_and_nothing_counts_twice(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read, store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    worker = begin()
    real, refuse = Notebook.write, [True]

    def write(self: Notebook, changes: Any) -> None:
        if refuse[0]:
            raise Problem("disk_full")
        real(self, changes)

    monkeypatch.setattr(Notebook, "write", write)
    reader.see(EPC, times=7)
    reader.settle()
    until(lambda: worker.standing.reason == "storage")
    assert observed(told) == []
    assert notes(store, "tag:") == []
    refuse[0] = False
    until(lambda: worker.standing.state is State.ONLINE)
    # They come again, and are known.
    until(lambda: notes(store, "heard:"))
    until(lambda: (clock.advance(6000), counts(told) == {EPC: 7})[1])
    end(worker)
    last = begin()
    clock.advance(6000)
    end(last)
    assert counts(told) == {EPC: 7}


def test_a_power_cut_between_the_note_and_the_broker_counts_once(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read, store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class PowerCut(BaseException):
        pass

    def cut(self: Subscription, messages: Any) -> None:
        if list(messages):
            raise PowerCut

    first = begin()
    # As after a power cut: the notes are written, nobody was told, and nothing was put in order.
    with monkeypatch.context() as patched:
        patched.setattr(Subscription, "acknowledge", cut)
        patched.setattr(MqttReader, "_end", lambda self, context: None)
        patched.setattr("threading.excepthook", lambda told: None)
        for _ in range(6):
            reader.send(b'{"data":{"idHex":"%s"}}' % EPC.encode())
        reader.settle()
        until(lambda: not first._thread or not first._thread.is_alive())
    assert observed(told) == []
    assert len(notes(store, "tag:")) == 1
    second = begin()
    until(lambda: counts(told).get(EPC, 0) > 0)
    end(second)
    assert counts(told) == {EPC: 6}
    assert notes(store, "tag:") == []


def test_a_flood_widens_the_window_and_every_report_is_counted(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin(flood_messages=100, window_s=1)
    number = 0
    for _ in range(4):
        reader.see(*tags(10), times=20)
        number += 200
        until(lambda number=number: heard(worker) == number)
        clock.advance(1000)
        until(lambda: worker.standing.reason == "flood" or worker.standing.state is State.ONLINE)
    until(lambda: worker.standing.reason == "flood")
    assert worker.standing.state is State.DEGRADED
    for _ in range(30):
        clock.advance(1000)
        until(lambda: True)
    until(lambda: (clock.advance(1000), worker.standing.state is State.ONLINE)[1])
    until(lambda: (clock.advance(1000), counts(told) == dict.fromkeys(tags(10), 80))[1])
    # Fewer observations than windows of a second would have made.
    assert len(observed(told)) < 40


def test_two_thousand_messages_at_once_are_all_counted(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    for epc in tags(100):
        reader.see(epc, times=20)
    reader.settle()
    until(lambda: heard(worker) == 2000, 60)
    until(lambda: (clock.advance(6000), counts(told) == dict.fromkeys(tags(100), 20))[1], 60)


def test_a_warehouse_full_of_tags_is_observed_tag_by_tag(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    worker = begin()
    seen = tags(5000)
    for start in range(0, 5000, 100):
        reader.see_together(seen[start : start + 100])
    reader.settle()
    until(lambda: heard(worker) == 50, 60)
    until(lambda: (clock.advance(6000), worker.standing.facts == 5000)[1], 60)
    assert counts(told) == dict.fromkeys(seen, 1)


def test_what_the_storage_refuses_when_a_window_closes_is_observed_later(
    begin: Begin, gate: Gate, reader: SimulatedReader, clock: ManualClock, told: Read, store: Store
) -> None:
    begin()
    reader.see(EPC, times=3)
    until(lambda: len(notes(store, "heard:")) == 3)
    gate.refusal, asked = Problem("disk_full"), gate.asked
    clock.advance(6000)
    until(lambda: gate.asked > asked + 2)
    # The tag is still there: that is another observation, and the first one is not touched.
    reader.see(EPC, times=2)
    until(lambda: len(notes(store, "tag:")) == 2)
    assert observed(told) == []
    gate.refusal = None
    until(lambda: [seen["count"] for seen in observed(told)] == [3])
    clock.advance(6000)
    until(lambda: [seen["count"] for seen in observed(told)] == [3, 2])
    until(lambda: notes(store, "tag:") == [])


def test_more_tags_than_are_counted_at_once_close_the_oldest_windows(
    begin: Begin, reader: SimulatedReader, told: Read
) -> None:
    begin(tags_max=100)
    reader.see_together(tags(150))
    until(lambda: len(observed(told)) == 50)
    assert [seen["epc"] for seen in observed(told)] == tags(50) or len(counts(told)) == 50


def test_a_wrong_password_is_said_and_the_right_one_gets_in(
    begin: Begin, broker: Mosquitto, tmp_path: Path
) -> None:
    passwords = broker.folder / "passwords"
    passwords.write_text("door:right\n")
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    broker.stop()
    broker.configure(
        "listener {port} 127.0.0.1", "allow_anonymous false", f"password_file {passwords}"
    )
    broker.start()
    worker = begin(wait=False, user="door", password="wrong")
    until(lambda: worker.standing.reason == "not_authorised")
    assert worker.standing.state is State.DEGRADED
    end(worker)
    assert begin(user="door", password="right").standing.state is State.ONLINE
    old = begin(wait=False, user="door", password="wrong", protocol="3.1.1")
    until(lambda: old.standing.reason == "not_authorised")


def test_a_broker_with_a_certificate_is_believed_when_somebody_vouches_for_it(
    begin: Begin, broker: Mosquitto, tmp_path: Path
) -> None:
    issued = found_authority(tmp_path / "authority")
    broker.stop()
    broker.configure(
        "listener {port} 127.0.0.1",
        "allow_anonymous true",
        f"cafile {issued.ca}",
        f"certfile {issued.certificate}",
        f"keyfile {issued.key}",
    )
    broker.start()
    stranger = begin(wait=False, tls=True, host="localhost")
    until(lambda: stranger.standing.reason == "tls_failed")
    end(stranger)
    nowhere = begin(wait=False, tls=True, host="localhost", ca_file=str(tmp_path / "none.pem"))
    until(lambda: nowhere.standing.reason == "tls_files")
    end(nowhere)
    worker = begin(tls=True, host="localhost", ca_file=str(issued.ca))
    assert worker.standing.state is State.ONLINE
    end(worker)
    # Without TLS where it is asked for, the broker hangs up.
    plain = begin(wait=False)
    until(lambda: plain.standing.state is State.OFFLINE)


def test_a_broker_that_speaks_no_tls_is_said(begin: Begin) -> None:
    worker = begin(wait=False, tls=True)
    until(lambda: worker.standing.reason in ("tls_failed", "unreachable"))


def test_the_older_protocol_keeps_its_session_too(
    begin: Begin, reader: SimulatedReader, clock: ManualClock, told: Read
) -> None:
    end(begin(protocol="3.1.1"))
    reader.see(EPC, times=30)
    reader.settle()
    worker = begin(protocol="3.1.1")
    until(lambda: heard(worker) == 30)
    until(lambda: (clock.advance(6000), counts(told) == {EPC: 30})[1])


def test_a_topic_that_is_given_up_is_not_heard_any_more(
    begin: Begin, broker: Mosquitto, reader: SimulatedReader, told: Read
) -> None:
    end(begin(topics="shop/door shop/gate"))
    worker = begin(topics="shop/gate")
    reader.send(b"4006381333931")
    reader.settle()
    with SimulatedReader(broker.port, "shop/gate", Random(1)) as gate:
        gate.send(b"96385074")
        gate.settle()
    until(lambda: of("scan.captured", told))
    assert [scan["text"] for scan in of("scan.captured", told)] == ["96385074"]
    assert heard(worker) == 1


def test_whoever_is_put_out_by_a_second_one_of_the_same_id_says_so(broker: Mosquitto) -> None:
    options = read({"topics": "shop/#", "host": "127.0.0.1", "port": broker.port}, ReaderOptions)
    line = Subscription(options, ("127.0.0.1", broker.port), "same")
    assert line.connect([], lambda: False)
    # This broker hangs up without a word; others say why (MQTT 5, 4.13.1).
    line._client.on_disconnect(
        line._client,
        None,
        DisconnectFlags(True),
        ReasonCode(PacketTypes.DISCONNECT, identifier=142),
        None,
    )
    with pytest.raises(LineRefused, match="taken_over"):
        line.receive(0)
    line.close()


def test_nobody_at_the_address_is_said(begin: Begin, broker: Mosquitto) -> None:
    broker.stop()
    worker = begin(wait=False)
    until(lambda: worker.standing.reason == "unreachable")
    assert worker.standing.state is State.OFFLINE


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"topics": " "}, "at least one"),
        ({"topics": "a/#/b"}, "no topic"),
        ({"topics": "a#"}, "no topic"),
        ({"topics": "a", "form": "paths"}, "Give one of both paths"),
        ({"topics": "a", "password": "x"}, "takes a user name"),
        ({"topics": "a", "ca_file": "x"}, "with TLS only"),
        ({"topics": "a", "tls": True, "cert_file": "x"}, "its key"),
        ({"topics": "a", "window_s": 0}, "window_s"),
        ({}, "topics"),
    ],
)
def test_options_that_do_not_fit_are_refused_in_a_sentence(
    options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        MqttReader(options)
