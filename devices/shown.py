"""What is said of devices over HTTP: the shapes, and how they are filled."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from devices import secrets
from devices.commands import Result
from devices.driver import Driver
from devices.intake import FACTS
from devices.options import describe
from devices.standing import FrameSeen, Piece, Standing
from devices.views import DeviceView, ProposalView
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem


class LineShown(Struct):
    """One of several connections that stand."""

    line: str
    since: str
    last_frame_at: str | None
    frames: int
    noise_bytes: int


class StrangerShown(Struct):
    """Somebody who may not be a line of this device; ``reason`` is a sentence."""

    line: str
    reason: str | None
    count: int
    last_at: str


class MeasuredShown(Struct):
    """What a device measured last: a scale ``status``, ``weight``, ``unit`` and ``net``."""

    at: str
    values: dict[str, Any]


class Device(Struct):
    """A confirmed device. ``reason`` is a sentence about what limits it, ``reason_code`` a word.

    ``frames``, ``facts`` (what its driver understood itself), ``errors``, ``noise_bytes`` (bytes
    that belong to no frame) and ``outcomes`` (frames on disk by what they became: captured,
    suppressed, invalid, partial, overflow) count from the start of the gateway. ``kept_ms_median``
    and ``kept_ms_longest`` are what the last 200 took to be on disk. ``retry_at``: when one that
    has gone is tried again, after so many ``attempts``.
    """

    id: str
    name: str
    driver: str
    identity: str
    state: Literal["connecting", "online", "degraded", "offline", "disabled"]
    reason: str | None
    reason_code: str | None
    since: str | None
    last_frame_at: str | None
    frames: int
    facts: int
    errors: int
    noise_bytes: int
    restarts: int
    outcomes: dict[str, int]
    kept_ms_median: int | None
    kept_ms_longest: int | None
    retry_at: str | None
    attempts: int
    config: dict[str, Any]
    config_version: int
    lines: list[LineShown]
    turned_away: list[StrangerShown]
    measured: MeasuredShown | None


class Proposal(Struct):
    """A device that is plugged in and waits for a person's decision.

    ``driver`` is the surest of ``drivers``, and empty when none knows it.
    """

    id: str
    driver: str
    drivers: list[str]
    identity: str
    description: str
    warning: str | None
    seen_at: str


class Plugged(Struct):
    """Everything that is plugged in; ``ignored`` are proposals that somebody has turned down."""

    devices: list[Device]
    proposals: list[Proposal]
    ignored: list[Proposal]


class CommandShown(Struct):
    """What a device can be told to do. ``takes`` is JSON Schema by name.

    ``asks``: it changes nothing. ``tests``: it is there to try the device out.
    """

    name: str
    takes: dict[str, dict[str, Any]]
    asks: bool
    tests: bool


class DriverShown(Struct):
    """A kind of device. ``found``: its devices are found by looking; others are added by hand."""

    kind: str
    version: int
    found: bool
    options: dict[str, dict[str, Any]]
    commands: list[CommandShown]


class Frame(Struct):
    """One frame as it came over the wire, in hexadecimal.

    ``outcome`` is the type of the fact it became, or lost: then it has to be scanned again.
    ``line`` names the connection where the device has several.
    """

    at: str
    hex: str
    text: str
    outcome: str
    seq: int | None
    line: str


class PieceShown(Struct):
    """Bytes as they came ``in`` or went ``out`` in one go, ``length`` of them; 512 are shown."""

    number: int
    at: str
    way: Literal["in", "out"]
    hex: str
    length: int
    line: str


class ResultShown(Struct):
    """What came of a command; ``reason`` is a sentence where it was not done."""

    outcome: Literal["done", "failed", "uncertain", "expired"]
    reason: str | None
    reason_code: str | None
    data: dict[str, Any]


def device(view: DeviceView, language: str) -> Device:
    """A confirmed device and how it is doing."""
    attached, standing = view.attached, view.standing
    median_ms, longest_ms = (standing and standing.delays_ms()) or (None, None)
    return Device(
        id=attached.id,
        name=attached.name,
        driver=attached.driver,
        identity=attached.identity,
        state=view.state.value,
        reason=sentence(view.reason, language),
        reason_code=view.reason or None,
        since=to_iso(standing.since_ms) if standing else None,
        last_frame_at=_instant(standing.last_frame_ms) if standing else None,
        frames=standing.frames if standing else 0,
        facts=standing.facts if standing else 0,
        errors=standing.errors if standing else 0,
        noise_bytes=standing.noise if standing else 0,
        restarts=standing.restarts if standing else 0,
        outcomes=dict(standing.outcomes) if standing else {},
        kept_ms_median=median_ms,
        kept_ms_longest=longest_ms,
        retry_at=_instant(standing.retry_ms) if standing else None,
        attempts=standing.attempts if standing else 0,
        config=dict(secrets.shown(attached.config)),
        config_version=attached.config_version,
        lines=_lines(standing) if standing else [],
        turned_away=_strangers(standing, language) if standing else [],
        measured=_measured(standing) if standing else None,
    )


def proposal(view: ProposalView, language: str) -> Proposal:
    """A device that waits for a decision."""
    candidate, drivers = view.sighting.candidate, list(view.sighting.drivers)
    return Proposal(
        id=view.id,
        driver=drivers[0] if drivers else "",
        drivers=drivers,
        identity=candidate.identity,
        description=candidate.description,
        warning=sentence(candidate.warning, language),
        seen_at=to_iso(view.sighting.seen_ms),
    )


def driver(kind: type[Driver], options: Mapping[str, dict[str, Any]]) -> DriverShown:
    """A kind of device and what it can be told."""
    commands = [
        CommandShown(name, _schema(command.takes), command.asks, command.tests)
        for name, command in kind.commands.items()
    ]
    return DriverShown(kind.kind, kind.version, kind.finder is not None, dict(options), commands)


def frame(seen: FrameSeen) -> Frame:
    """One frame and what became of it."""
    outcome = FACTS.get(seen.outcome, seen.outcome)
    return Frame(to_iso(seen.at_ms), seen.hex, seen.text, outcome, seen.seq, seen.line)


def piece(seen: Piece) -> PieceShown:
    """Bytes that moved."""
    at = to_iso(seen.at_ms)
    return PieceShown(seen.number, at, seen.way, seen.hex, seen.length, seen.line)


def result(came: Result, language: str) -> ResultShown:
    """What came of a command."""
    reason = sentence(came.reason, language)
    return ResultShown(came.outcome, reason, came.reason or None, dict(came.data))


def sentence(word: str, language: str) -> str | None:
    """What a word of the catalogue means, in the caller's language."""
    return Problem(f"device_{word}").detail(language) if word else None


def _lines(standing: Standing) -> list[LineShown]:
    return [
        LineShown(
            name, to_iso(line.since_ms), _instant(line.last_frame_ms), line.frames, line.noise
        )
        for name, line in standing.lines().items()
    ]


def _strangers(standing: Standing, language: str) -> list[StrangerShown]:
    return [
        StrangerShown(name, sentence(away.reason, language), away.count, to_iso(away.last_ms))
        for name, away in standing.strangers().items()
    ]


def _measured(standing: Standing) -> MeasuredShown | None:
    last = standing.last_measured
    return MeasuredShown(to_iso(last.at_ms), dict(last.values)) if last else None


def _instant(unix_ms: int | None) -> str | None:
    return None if unix_ms is None else to_iso(unix_ms)


def _schema(shape: type[Struct]) -> dict[str, dict[str, Any]]:
    return {name: dict(schema) for name, schema in describe(shape).items()}
