"""What a driver is: the one interface between a kind of device and the house.

A driver owns one device in one thread. It turns bytes into cuts with a framer, hands them to its
context, and says nothing good to the device before the context has said that they are on disk. It
never looks for meaning, never opens a port that nobody confirmed, and never sees the store.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, Protocol

from msgspec import Struct

from devices import options
from devices.commands import Command, Order
from devices.framing import Cut
from gateway.kernel.problems import Problem


class State(StrEnum):
    """Where a confirmed device stands."""

    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Candidate:
    """A device found by looking, without opening anything.

    ``identity`` stays the same when the device comes back elsewhere. ``address`` is what is opened,
    ``target`` what stands behind it right now: a link may be pointed elsewhere. ``warning`` is one
    word of the catalogue (``device_<warning>``). ``traits`` is what the looking told of it, for
    drivers to say whether it is one of theirs.
    """

    identity: str
    address: str
    target: str
    description: str
    warning: str = ""
    traits: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Finder:
    """Finds whatever hangs on one kind of line, and what is behind the ports of the settings.

    ``look`` takes these (paths, globs). It opens nothing and writes nothing. Drivers of the same
    line share one finder.
    """

    look: Callable[[Sequence[str]], Iterable[Candidate]]


@dataclass(frozen=True)
class Arrival:
    """A cut with its place in the world: stamped when it was read, before anything else happens.

    ``number`` counts the arrivals of one device for ever. A retry carries the same ``id``, so that
    storing it twice has the effect of once. Instants are Unix and monotonic milliseconds. ``line``
    names the connection, where a device has several at once.
    """

    cut: Cut
    id: str
    number: int
    received_ms: int
    monotonic_ms: int
    line: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of an arrival.

    ``kept`` means on disk, and only then may the device be told so. ``again``: it was not kept, and
    the same arrival may be emitted once more. ``seq`` is its place in the journal.
    """

    outcome: Literal["captured", "suppressed", "invalid", "partial", "overflow", "lost"]
    kept: bool
    again: bool = False
    seq: int | None = None


@dataclass(frozen=True)
class Occurrence:
    """A fact that the driver understands itself, other than a reading: a sale, a tag, a drawer.

    ``type`` and ``data`` are those of ``docs/facts.md``, the data in JSON values without floats.
    ``id`` says which one it is, however often it is told; the same id again has the effect of once.
    ``occurred_ms`` is Unix milliseconds; None where nobody knows: then it has no time of its own.
    ``place`` says where it stood, such as a line of a file: a person who has to mend it is told. A
    ``problem`` sends it to quarantine, whatever its data say.
    """

    type: str
    data: Mapping[str, object]
    id: str
    occurred_ms: int | None
    place: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class Kept:
    """What became of an occurrence.

    ``stored`` and ``duplicate`` are in the journal, ``quarantined`` waits whole for a person: all
    three are on disk. ``refused`` can never be kept, for the reason of its ``problem``. ``lost`` is
    the storage's doing: the same may be recorded once more.
    """

    outcome: Literal["stored", "duplicate", "quarantined", "refused", "lost"]
    seq: int | None = None
    problem: Problem | None = None

    @property
    def kept(self) -> bool:
        """Whether it is on disk, and whoever sent it may be told so."""
        return self.outcome in ("stored", "duplicate", "quarantined")


class LineError(Exception):
    """The connection is over; ``reason`` is one word of the catalogue (``device_<reason>``)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LineLost(LineError):
    """The device has gone: it is offline until it is found again."""


class LineRefused(LineError):
    """The device is there and cannot be used: it is degraded, and tried again."""


class Context(Protocol):
    """What the house gives to a driver for one connection.

    A driver that serves several lines of one device at once may call it from a thread for each of
    them, and names the line in every call.
    """

    @property
    def address(self) -> str:
        """Where the device is now."""

    @property
    def stopping(self) -> bool:
        """Whether the driver has to return soon (within half a second)."""

    @property
    def device(self) -> str:
        """The id of the device, the same for ever."""

    def noted(self) -> Mapping[str, str]:
        """What was kept in mind, also before the gateway was started."""

    def note(self, changes: Mapping[str, str | None]) -> bool:
        """Keep short texts in mind under their names, or (None) no longer; all or none of them.

        Returns after the commit, or with False after the last of its own retries.
        """

    def monotonic_ms(self) -> int:
        """Now, on a clock that nobody sets."""

    def now_ms(self) -> int:
        """Now, in Unix milliseconds."""

    def online(self) -> None:
        """The device can be used from now on."""

    def offline(self, reason: str) -> None:
        """It has gone, and the driver itself waits for it to come back."""

    def degraded(self, reason: str) -> None:
        """It can be used, with a limit that a person should know."""

    def opened(self, line: str) -> None:
        """One of several lines stands."""

    def closed(self, line: str) -> None:
        """It has gone."""

    def turned_away(self, line: str, reason: str) -> None:
        """Somebody who may not be a line of this device has tried to be one."""

    def heard(self, raw: bytes, line: str = "") -> None:
        """Show what has come in, byte by byte, whatever it may mean."""

    def said(self, raw: bytes, line: str = "") -> None:
        """Show what has gone out."""

    def skipped(self, count: int, line: str = "") -> None:
        """So many bytes belong to no frame."""

    def measured(self, values: Mapping[str, object]) -> None:
        """Show what it measures at present; JSON values without floats. Nothing is kept."""

    def arrived(self, cut: Cut, line: str = "") -> Arrival:
        """Stamp what has just been read."""

    def emit(self, arrival: Arrival) -> Verdict:
        """Keep it; returns only after the commit, or after the last of its own retries."""

    def occurred(self, type: str, data: Mapping[str, object], id: str = "") -> Occurrence:
        """Stamp a fact that has just been understood; without an id it gets one of its own."""

    def record(self, occurrence: Occurrence) -> Kept:
        """Keep it; returns only after the commit, or after the last of its own retries."""

    def record_all(self, occurrences: Sequence[Occurrence]) -> Sequence[Kept]:
        """Keep a thousand or fewer in one write; what becomes of each, after the commit.

        What waits in quarantine under the same id is replaced by what is told now.
        """

    def foresee(self, occurrences: Sequence[Occurrence]) -> Sequence[Kept]:
        """What would become of them if all of them were new, storing nothing."""

    def order(self, wait_s: float = 0.0) -> Order | None:
        """The next command, waiting for one so long at the most; it has to be answered."""


class Driver(ABC):
    """One device at a time.

    A module in ``drivers/`` names its class ``DRIVER``. ``kind`` is the name in the database,
    ``Options`` the shape of its configuration and ``version`` that shape's version; ``steps`` say
    what older ones meant. ``settings_used`` are the settings (``devices.…``) that it takes as
    defaults. ``finder`` finds what may be its devices; without one a person adds them, or finds
    them on the network: ``services`` are the types (``_ipp._tcp``) that its devices announce.
    ``commands`` are obeyed in ``run``. ``role`` is whose facts it may record: a ``pos`` sells.
    With ``prints`` it obeys the order ``print`` as well, which only the house gives. A ``bare`` one
    emits readings and asks for nothing else: it serves while the gateway is locked.
    """

    kind: ClassVar[str]
    Options: ClassVar[type[Struct]]
    version: ClassVar[int] = 1
    steps: ClassVar[Mapping[int, options.Step]] = {}
    settings_used: ClassVar[Sequence[str]] = ()
    finder: ClassVar[Finder | None] = None
    services: ClassVar[Sequence[str]] = ()
    commands: ClassVar[Mapping[str, Command]] = {}
    role: ClassVar[Literal["device", "pos"]] = "device"
    prints: ClassVar[bool] = False
    bare: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, config: options.Config) -> None:
        """Take a configuration of JSON values; ValueError with a sentence when it does not fit."""

    @property
    def backlog(self) -> int:
        """How many arrivals it holds that have not been kept yet."""
        return 0

    @classmethod
    def match(cls, _: Candidate, /) -> int:
        """How sure it is that a candidate of its finder is one of its own: 0 (not at all) to 100.

        Judges by what is known already, and never asks the device. What was found on the network
        has its ``service`` among the traits, all ``services`` with their ports, and ``properties``.
        """
        return 0

    @classmethod
    def placed(cls, _: Candidate, /) -> options.Config:
        """What a device that was found is told at its confirmation, before what a person says.

        ``host`` and ``port`` among it say where it is while nothing is heard of it.
        """
        return {}

    @abstractmethod
    def run(self, context: Context) -> None:
        """Serve the device until ``context.stopping``; raises LineError when the line goes away.

        Everything read before that has been emitted by then.
        """
