"""Whether the journal holds what simulated devices have sent: none lost, none doubled (pure).

What was answered is there, once. What was not answered may be there, once: the device was gone
before it could be told. What is there was sent.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devices.simulated.faults import LINE_ENDS
from devices.simulated.ledger import Frame, Ledger, TillLedger

READINGS = ("scan.captured", "scan.suppressed", "scan.invalid", "device.overflow")


@dataclass(frozen=True)
class Fact:
    """An entry of the journal, as far as it matters here."""

    id: str
    type: str
    data: Mapping[str, Any]


@dataclass
class Finding:
    """What the gateway holds of one device, in numbers, and what is wrong with it."""

    held: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def scanners(ledgers: Sequence[Ledger], facts: Iterable[Fact]) -> Finding:
    """Of one device: its facts beside the ledgers of its lines."""
    found = Finding()
    texts: Counter[tuple[str, str]] = Counter()
    raws: Counter[bytes] = Counter()
    numbers: Counter[int] = Counter()
    known = {text for ledger in ledgers for text in ledger.frames}
    for fact in facts:
        found.held[fact.type] += 1
        if fact.type in READINGS:
            numbers[fact.data["device_seq"]] += 1
            if (text := fact.data.get("text", "")) in known:
                texts[fact.type, text] += 1
            else:
                raws[base64.b64decode(fact.data["raw"]).strip(LINE_ENDS)] += 1
    for ledger in ledgers:
        found.faults += _of_line(ledger, texts, raws)
    sent = {raw for ledger in ledgers for raw in ledger.garbage}
    found.faults += [f"{raw!r} is there and was never sent" for raw in raws if raw not in sent]
    found.faults += [f"number {n} was given {k} times" for n, k in numbers.items() if k > 1]
    torn = sum(ledger.torn for ledger in ledgers)
    if found.held["scan.partial"] > torn + sum(ledger.unplugged for ledger in ledgers):
        found.faults.append(f"{found.held['scan.partial']} torn frames are there, {torn} were sent")
    return found


def _of_line(
    ledger: Ledger, texts: Counter[tuple[str, str]], raws: Counter[bytes]
) -> Iterator[str]:
    for frame in ledger.frames.values():
        captured = texts["scan.captured", frame.text]
        kept = captured + texts["scan.suppressed", frame.text]
        yield from _judged(f"{ledger.name}: {frame.text}", frame, kept, captured)
    for raw, frame in ledger.garbage.items():
        yield from _judged(f"{ledger.name}: {raw!r}", frame, raws[raw], min(raws[raw], 1))


def _judged(name: str, frame: Frame, kept: int, captured: int) -> Iterator[str]:
    if kept < frame.answered or (frame.answered and not captured):
        yield f"{name} is LOST: answered {frame.answered}, kept {kept}"
    if captured > 1 or kept > frame.times:
        yield f"{name} is DOUBLED: sent {frame.times}, kept {kept}, captured {captured}"


def till(ledger: TillLedger, facts: Iterable[Fact]) -> Finding:
    """Of one till: every answered fact once, every number of its register once."""
    found = Finding()
    ids: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for fact in facts:
        found.held[fact.type] += 1
        ids[fact.id] += 1
        if number := fact.data.get("number"):
            numbers[number] += 1
    found.faults += [
        f"{ledger.name}: {identity} is LOST"
        for identity, answered in ledger.facts.items()
        if answered and not ids[identity]
    ]
    found.faults += [f"{ledger.name}: {i} is DOUBLED" for i, times in ids.items() if times > 1]
    found.faults += [
        f"{ledger.name}: number {n} twice" for n, times in numbers.items() if times > 1
    ]
    found.faults += [
        f"{ledger.name}: {identity} was never sent"
        for identity in ids
        if identity not in ledger.facts
    ]
    found.faults += [f"{ledger.name}: refused, {why}" for why in ledger.refused]
    return found
