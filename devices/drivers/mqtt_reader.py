"""RFID readers and scanners that publish to an MQTT broker.

What a reader says of a tag is counted for a while and becomes one fact. Until then it is a note on
disk, and only when the notes of a batch are written the broker is told that it has arrived. So
whatever breaks, a message is counted once: before its note the broker sends it again, after it the
note is still there, and the fact has had its id from the beginning.
"""

import logging
from collections.abc import Sequence
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from devices.codes import epc
from devices.driver import Candidate, Context, Driver, LineLost, Occurrence
from devices.drivers import _mqtt
from devices.drivers._mqtt import BrokerOptions, Incoming, Subscription
from devices.drivers._sockets import placed_at
from devices.framing import Cut
from devices.options import Config, read, unit
from devices.rfid import payloads
from devices.rfid.notes import Heard, Sent, note_of, tags_of
from devices.rfid.payloads import Form, Message, Paths, Tag
from devices.rfid.windows import Pace, Seen, Windows
from gateway.kernel.clock import to_iso

log = logging.getLogger(__name__)

OBSERVED: Final = "rfid.observed"
AT_ONCE: Final = 500  # observations that share a commit
TOPICS: Final = "topics"
Path = Annotated[str, Meta(max_length=200)]


class ReaderOptions(BrokerOptions, frozen=True, kw_only=True):
    """The broker's options and what the reader says.

    A tag is one observation for ``window_s`` seconds; when more than ``flood_messages`` come in a
    second, for longer. At most ``tags_max`` tags are counted at once. The paths say where things
    are in JSON that is not known (``form`` is ``paths``): names with full stops between.
    """

    form: Form = "auto"
    window_s: Annotated[int, Meta(ge=1, le=3600), unit("s")] = 5
    flood_messages: Annotated[int, Meta(ge=10, le=100_000), unit("1/s")] = 500
    tags_max: Annotated[int, Meta(ge=100, le=100_000)] = 10_000
    items_path: Path = ""
    epc_path: Path = ""
    rssi_path: Path = ""
    antenna_path: Path = ""
    count_path: Path = ""
    barcode_path: Path = ""

    def paths(self) -> Paths:
        """Where things are; ValueError when nothing could be found so."""
        if self.form == "paths" and not (self.epc_path or self.barcode_path):
            raise ValueError(
                "Where in the JSON is the tag or the bar code? Give one of both paths."
            )
        return Paths(
            self.items_path,
            self.epc_path,
            self.rssi_path,
            self.antenna_path,
            self.count_path,
            self.barcode_path,
        )


class MqttReader(Driver):
    """All readers that publish to the topics of one broker."""

    kind: ClassVar[str] = "mqtt_reader"
    Options = ReaderOptions
    services = ("_mqtt._tcp", "_secure-mqtt._tcp")

    def __init__(self, config: Config) -> None:
        self._options = read(config, ReaderOptions)
        _mqtt.check(self._options)
        self._paths = self._options.paths()
        self._windows = Windows(1000 * self._options.window_s, self._options.tags_max)
        self._pace = Pace(self._options.flood_messages)
        self._flooded = False
        self._heard: Heard | None = None
        self._leaving: list[Seen] = []
        self._unsaved: dict[str, str | None] = {}

    @classmethod
    def match(cls, _: Candidate, /) -> int:
        """A broker may be anybody's: a person has to say which topics are a reader's."""
        return 40

    @classmethod
    def placed(cls, candidate: Candidate, /) -> Config:
        place = {name: candidate.traits[name] for name in ("host", "port")}
        return {**place, "tls": candidate.traits["service"] == "_secure-mqtt._tcp"}

    def run(self, context: Context) -> None:
        former = self._remember(context)
        place = placed_at(context.address, self._options.host, self._options.port)
        own = self._options.client_id or f"waystation-{context.device}"
        line = Subscription(self._options, place, own)
        topics = _mqtt.topics_of(self._options.topics)
        try:
            if not line.connect(former - set(topics), lambda: context.stopping):
                return
            if former and not line.resumed:
                log.warning("the broker has forgotten its session with a reader's subscription")
            self._unsaved[TOPICS] = " ".join(topics)
            context.online()
            while not context.stopping:
                self._step(line, context)
        finally:
            line.close()
            self._end(context)

    def _remember(self, context: Context) -> set[str]:
        """What an earlier life has left is kept first; the topics that it had subscribed to."""
        notes = context.noted()
        if self._heard is None:
            self._heard = Heard(notes)
            self._leaving = tags_of(notes)
        self._observe(context)
        return set(notes.get(TOPICS, "").split())

    def _step(self, line: Subscription, context: Context) -> None:
        """Take what has come, tell the broker when it is safe, and keep what was counted."""
        if self._unsaved and not self._save(context):
            return  # nobody is told anything, so the broker holds back the rest
        batch = line.receive(_mqtt.TICK_S)
        self._pace.count(len(batch), context.monotonic_ms())
        taken = [message for message in batch if self._take(message, context)]
        if self._unsaved and not self._save(context):
            # Whatever was taken is known when it comes again with the next connection.
            raise LineLost("storage")
        line.acknowledge(taken)
        self._leaving += self._windows.due(context.monotonic_ms(), self._pace.wider)
        self._observe(context)
        if self._flooded is not self._pace.flooded:
            self._flooded = self._pace.flooded
            context.degraded("flood" if self._flooded else "")

    def _take(self, incoming: Incoming, context: Context) -> bool:
        """Count what a message says; False when it could not be taken over before the end."""
        assert self._heard is not None
        context.heard(incoming.payload, incoming.topic)
        message = payloads.read(incoming.payload, self._options.form, self._paths)
        sent = Sent(incoming.topic, incoming.payload, incoming.mid, incoming.again)
        if self._heard.knows(sent, numbered=message.numbered):
            return True
        if not self._scan(incoming, message, context):
            return False
        self._count(message.tags, context)
        name, note = self._heard.mark(sent)
        self._unsaved[name] = note
        return True

    def _count(self, tags: Sequence[Tag], context: Context) -> None:
        if not tags:
            return
        now_ms = context.now_ms()
        for tag in tags:

            def start(code: str = tag.epc) -> Seen:
                begun = context.occurred(OBSERVED, {})
                return Seen(begun.id, code, context.monotonic_ms(), now_ms, now_ms)

            name, note = note_of(self._windows.add(tag, start, now_ms))
            self._unsaved[name] = note

    def _scan(self, incoming: Incoming, message: Message, context: Context) -> bool:
        """Keep bar codes, and what cannot be read, at once; False when the end came first."""
        cuts = [Cut("frame", code.text.encode(), incoming.payload) for code in message.barcodes]
        if message.unread:
            reason = message.unread[0]
            cuts.append(Cut("invalid", incoming.payload, incoming.payload, reason=reason))
        for cut in cuts:
            arrival = context.arrived(cut)
            while context.emit(arrival).again:
                if context.stopping:
                    return False
        return True

    def _save(self, context: Context) -> bool:
        if not context.note(self._unsaved):
            return False
        self._unsaved = {}
        return True

    def _observe(self, context: Context) -> None:
        """Make facts of what has been counted; what the storage refuses stays for the next time."""
        if not self._leaving or self._unsaved:
            return
        left: list[Seen] = []
        for start in range(0, len(self._leaving), AT_ONCE):
            some = self._leaving[start : start + AT_ONCE]
            for seen, kept in zip(some, context.record_all(list(map(_fact, some))), strict=True):
                if kept.outcome == "lost":
                    left.append(seen)
                else:
                    self._unsaved[note_of(seen)[0]] = None
        self._leaving = left
        if self._unsaved:
            self._save(context)

    def _end(self, context: Context) -> None:
        """What has been counted is kept, if its notes are; otherwise it comes again."""
        if self._unsaved and not self._save(context):
            return
        self._leaving += self._windows.close()
        self._observe(context)


def _fact(seen: Seen) -> Occurrence:
    return Occurrence(OBSERVED, observation(seen), seen.id, seen.first_ms)


def observation(seen: Seen) -> dict[str, object]:
    """The data of the fact; always the same of the same window."""
    told: dict[str, object] = {
        "epc": seen.epc,
        "count": seen.count,
        "first": to_iso(seen.first_ms),
        "last": to_iso(seen.last_ms),
        "antennas": list(seen.antennas),
        "peak_rssi": None if seen.rssi is None else format(seen.rssi, "f"),
        "reader_first": seen.reader_first,
        "reader_last": seen.reader_last,
        **_code(seen.epc),
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _code(text: str) -> dict[str, object]:
    """What a tag says of itself where its code is one of GS1."""
    elements = epc.read_hex(text) or epc.read_uri(text)
    return dict(elements.values) if elements and not elements.fault else {}


DRIVER = MqttReader
