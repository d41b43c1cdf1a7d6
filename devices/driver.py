"""What a driver is: the one interface between a kind of device and the house.

A driver owns one device in one thread. It turns bytes into cuts with a framer, hands them to its
context, and says nothing good to the device before the context has said that they are on disk. It
never looks for meaning, never opens a port that nobody confirmed, and never sees the store.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal, Protocol

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
    ``target`` what stands behind it right now: a link may be pointed elsewhere. ``match``, 0 to
    100, says how sure the driver is that it is one of its own. ``warning`` is one word of the
    catalogue (``device_<warning>``).
    """

    driver: str
    identity: str
    address: str
    target: str
    description: str
    warning: str = ""
    match: int = 50


@dataclass(frozen=True)
class Arrival:
    """A cut with its place in the world: stamped when it was read, before anything else happens.

    ``number`` counts the arrivals of one device for ever. A retry carries the same ``id``, so that
    storing it twice has the effect of once. Instants are Unix and monotonic milliseconds.
    """

    cut: Cut
    id: str
    number: int
    received_ms: int
    monotonic_ms: int


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
    """What the house gives to a driver for one connection."""

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

    def degraded(self, reason: str) -> None:
        """It can be used, with a limit that a person should know."""

    def arrived(self, cut: Cut) -> Arrival:
        """Stamp what has just been read."""

    def emit(self, arrival: Arrival) -> Verdict:
        """Keep it; returns only after the commit, or after the last of its own retries."""


class Driver(ABC):
    """One connection to one device at a time.

    A module in ``drivers/`` names its class ``DRIVER``. ``kind`` is the name in the database,
    ``version`` the version of its configuration, ``settings_used`` the settings (``devices.…``)
    that it takes as defaults. The constructor takes a configuration of JSON values, the missing
    ones have a default, and raises ValueError with a sentence when they do not fit.
    """

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    settings_used: ClassVar[Sequence[str]] = ()

    @abstractmethod
    def __init__(self, config: Mapping[str, object]) -> None: ...

    @property
    def backlog(self) -> int:
        """How many arrivals it holds that have not been kept yet."""
        return 0

    @classmethod
    @abstractmethod
    def find(cls, ports: Sequence[str]) -> Iterable[Candidate]:
        """Devices of this kind that are plugged in, and those behind ``ports`` (paths, globs).

        Looks only: it opens nothing and writes nothing.
        """

    @classmethod
    def options(cls) -> Mapping[str, Mapping[str, object]]:
        """What its configuration may say, in the order of a form: by name, each as JSON Schema with
        its default.
        """
        return {}

    @classmethod
    def migrate(cls, config: Mapping[str, object], version: int) -> Mapping[str, object]:
        """The configuration an older version wrote, in the form of this one."""
        if version != cls.version:
            raise ValueError(f"{cls.kind} cannot read a configuration of version {version}.")
        return config

    @abstractmethod
    def run(self, context: Context) -> None:
        """Serve the device until ``context.stopping``; raises LineError when the line goes away.

        Everything read before that has been emitted by then.
        """
