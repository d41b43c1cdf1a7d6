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

    def monotonic_ms(self) -> int:
        """Now, on a clock that nobody sets."""

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

    def arrived(self, cut: Cut, line: str = "") -> Arrival:
        """Stamp what has just been read."""

    def emit(self, arrival: Arrival) -> Verdict:
        """Keep it; returns only after the commit, or after the last of its own retries."""

    def order(self, wait_s: float = 0.0) -> Order | None:
        """The next command, waiting for one so long at the most; it has to be answered."""


class Driver(ABC):
    """One device at a time.

    A module in ``drivers/`` names its class ``DRIVER``. ``kind`` is the name in the database,
    ``Options`` the shape of its configuration and ``version`` that shape's version; ``steps`` say
    what older ones meant. ``settings_used`` are the settings (``devices.…``) that it takes as
    defaults. ``finder`` finds what may be its devices; without one a person adds them.
    ``commands`` are obeyed in ``run``.
    """

    kind: ClassVar[str]
    Options: ClassVar[type[Struct]]
    version: ClassVar[int] = 1
    steps: ClassVar[Mapping[int, options.Step]] = {}
    settings_used: ClassVar[Sequence[str]] = ()
    finder: ClassVar[Finder | None] = None
    commands: ClassVar[Mapping[str, Command]] = {}

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

        Judges by what is known already, and never asks the device.
        """
        return 0

    @abstractmethod
    def run(self, context: Context) -> None:
        """Serve the device until ``context.stopping``; raises LineError when the line goes away.

        Everything read before that has been emitted by then.
        """
