"""A whole store made of software: scanners on cables and on the network, and tills.

Real terminals, real sockets, real HTTP; all chance from one seed. What each device sent and was
told stands in its ledger, and is compared with the journal in the end.
"""

import random
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from devices.simulated import check
from devices.simulated.articles import serial_codes
from devices.simulated.check import Finding
from devices.simulated.counter import PrinterAtWork, ScaleAtWork
from devices.simulated.faults import Faults
from devices.simulated.hands import Hands, Journal
from devices.simulated.ledger import Ledger, TillLedger
from devices.simulated.register import Register
from devices.simulated.scanner import SimulatedScanner
from devices.simulated.scanning import ACK, Line, Scanning
from devices.simulated.tcp_scanner import SimulatedTcpScanner
from devices.simulated.till import SimulatedTill
from gateway.kernel import ids
from gateway.kernel.clock import Clock

HERE = "127.0.0.1"
ANSWERING = {"ack": ACK.decode()}
CABLE = "Simulated scanner"
NETWORK = "Simulated network scanners"
TILL = "Simulated till"

Codes = Callable[[str, random.Random], Iterator[str]]


class AtWork(Protocol):
    """Somebody who begins and ends when told."""

    def start(self, clock: Clock, /) -> None: ...
    def stop(self) -> None: ...
    def join(self) -> None: ...


class Standing(AtWork, Protocol):
    """A device that is added, and says in the end what it did and whether that is right."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def config(self) -> Mapping[str, object]: ...
    def end(self) -> None: ...
    def figures(self) -> dict[str, int]: ...
    def finding(self, facts: Sequence[check.Fact], /) -> Finding: ...


@dataclass(frozen=True)
class Plan:
    """How many of each; ``rate`` is in frames a second of one scanner, ``till_rate`` in facts.

    The first printer prints the receipts of the first till, and so on. RFID readers publish to the
    ``broker``.
    """

    scanners: int = 1
    tcp_scanners: int = 0
    tills: int = 1
    printers: int = 0
    scales: int = 0
    readers: int = 0
    broker: tuple[str, int] = (HERE, 1883)
    rate: float = 5.0
    till_rate: float = 1.0
    seed: int = 0
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class Told:
    """One device in the end: what it says it sent, and what the gateway holds (None: not asked)."""

    name: str
    figures: dict[str, int]
    finding: Finding | None = None


class SimulatedStore:
    """Furnished by ``open``, at work between ``start`` and ``stop``, gone after ``close``.

    ``folder`` takes the links of the scanners on cables. ``codes`` makes what one scanner reads;
    only codes that never come twice can be checked, and only where there is a ``journal``.
    """

    def __init__(
        self,
        hands: Hands,
        plan: Plan,
        folder: Path,
        clock: Clock,
        codes: Codes | None = None,
        *,
        journal: Journal | None = None,
    ) -> None:
        self._hands = hands
        self._journal = journal
        self._plan = plan
        self._folder = folder
        self._clock = clock
        self._run = ids.random_token()[:4].translate(_PLAIN)
        self._codes = codes or (lambda line, _: serial_codes(line, self._run))
        self._began = 0
        self._lines: list[Line] = []
        self._at_work: list[AtWork] = []
        self._counter: dict[str, Standing] = {}
        self._devices: dict[str, list[Ledger]] = {}
        self._tills: dict[str, TillLedger] = {}

    def open(self) -> None:
        """Plug in, confirm, add, let in; ValueError or Problem where that cannot be."""
        self._began = self._journal.head() if self._journal else 0
        for number in range(1, self._plan.scanners + 1):
            self._on_cable(number)
        if self._plan.tcp_scanners:
            self._on_network()
        for number in range(1, self._plan.tills + 1):
            self._till(number)
        self._on_the_counter()

    def start(self) -> None:
        """Everybody begins."""
        for one in self._at_work:
            one.start(self._clock)

    def stop(self) -> None:
        """Everybody ends what is under way, and has the last answers."""
        for one in self._at_work:
            one.stop()
        for one in self._at_work:
            one.join()

    def report(self, *, compare: bool) -> list[Told]:
        """What every device sent; ``compare`` it with the journal too, ValueError where there is
        none.
        """
        facts = self._facts() if compare else {}
        told = []
        for device, ledgers in self._devices.items():
            finding = check.scanners(ledgers, facts.get(device, [])) if compare else None
            name = ledgers[0].name if len(ledgers) == 1 else NETWORK
            told.append(Told(name, _sum([one.figures() for one in ledgers]), finding))
        for device, ledger in self._tills.items():
            finding = check.till(ledger, facts.get(device, [])) if compare else None
            told.append(Told(ledger.name, ledger.figures(), finding))
        return told + [
            Told(one.name, one.figures(), one.finding(facts.get(device, [])) if compare else None)
            for device, one in self._counter.items()
        ]

    def _facts(self) -> dict[str, list[check.Fact]]:
        """What the gateway holds of every device since ``open``."""
        if self._journal is None:
            raise ValueError("Nothing can be compared without the journal of the gateway.")
        held: dict[str, list[check.Fact]] = {}
        for device, fact in self._journal.facts(self._began):
            held.setdefault(device, []).append(fact)
        return held

    def latencies_us(self) -> list[int]:
        """How long every answer took, all scanners together."""
        every = [one for ledgers in self._devices.values() for one in ledgers]
        return sorted(took for one in every for took in one.latencies_us)

    def close(self, *, leave: bool = True) -> None:
        """Pull every plug; ``leave`` also takes the devices and tokens away from the gateway."""
        for line in self._lines:
            line.end()
        for one in self._counter.values():
            one.end()
        if leave:
            self._hands.leave([*self._devices, *self._counter], self._tills)

    def _on_cable(self, number: int) -> None:
        ledger = Ledger(f"{CABLE} {number}", self._clock)
        link = self._folder / f"scanner-{number}"
        scanner = SimulatedScanner(link, hears=lambda answer: ledger.heard(answer.count(ACK)))
        scanner.plug_in()
        self._lines.append(scanner)
        device = self._hands.adopt(str(link), ledger.name, ANSWERING)
        self._devices[device] = [ledger]
        self._employ(scanner, ledger, f"S{number}")

    def _on_network(self) -> None:
        port = _free_port()
        config = {"port": port, "host": HERE, "lines_max": 64, **ANSWERING}
        device = self._hands.add("tcp_scanner", f"{NETWORK} {port}", config)
        self._devices[device] = []
        for number in range(1, self._plan.tcp_scanners + 1):
            self._caller(device, port, number)

    def _caller(self, device: str, port: int, number: int) -> None:
        ledger = Ledger(f"Network scanner {number}", self._clock)
        self._devices[device].append(ledger)
        caller = SimulatedTcpScanner(HERE, port, lambda answer: ledger.heard(answer.count(ACK)))
        caller.plug_in()
        self._lines.append(caller)
        self._employ(caller, ledger, f"T{number}")

    def _employ(self, line: Line, ledger: Ledger, short: str) -> None:
        chance = self._chance(short)
        plan = self._plan
        self._at_work.append(
            Scanning(
                line,
                ledger,
                self._codes(short, self._chance(f"codes of {short}")),
                plan.faults,
                chance,
                plan.rate,
            )
        )

    def _till(self, number: int) -> None:
        ledger = TillLedger(f"{TILL} {number}")
        device, token = self._hands.token(ledger.name)
        self._tills[device] = ledger
        register = Register(f"R{number}", self._hands.currency, self._chance(f"R{number}"))
        plan = self._plan
        where = (self._hands.url, token)
        chance = self._chance(f"till {number}")
        self._at_work.append(
            SimulatedTill(register, where, ledger, plan.faults, chance, plan.till_rate)
        )

    def _on_the_counter(self) -> None:
        for number, till in enumerate(list(self._tills.values())[: self._plan.printers], 1):
            printer = PrinterAtWork(f"Simulated printer {number}", f"R{number}", till)
            self._stand(printer)
        for number in range(1, self._plan.scales + 1):
            scale = ScaleAtWork(f"Simulated scale {number}", self._chance(f"scale {number}"))
            scale.device = self._stand(scale)
            scale.asks = self._hands.command
        for number in range(1, self._plan.readers + 1):
            self._at_the_door(number)

    def _at_the_door(self, number: int) -> None:
        from devices.simulated.at_the_door import ReaderAtWork

        name, plan = f"Simulated readers {number}", self._plan
        topic, chance = f"simulated/{self._run}/{number}", self._chance(f"reader {number}")
        reader = ReaderAtWork(name, plan.broker, topic, plan.rate, plan.faults.garbage, chance)
        device = self._stand(reader)
        reader.online = lambda: self._hands.online(device)

    def _stand(self, one: Standing) -> str:
        device = self._hands.add(one.kind, one.name, one.config)
        self._counter[device] = one
        self._at_work.append(one)
        return device

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self._plan.seed}/{name}")  # nosec B311 # played again from a seed


_PLAIN = str.maketrans("-_", "xy")


def _free_port() -> int:
    with socket.create_server((HERE, 0)) as server:
        return int(server.getsockname()[1])


def _sum(figures: list[dict[str, int]]) -> dict[str, int]:
    return {name: sum(one[name] for one in figures) for name in figures[0]}
