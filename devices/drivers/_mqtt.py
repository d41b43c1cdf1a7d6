"""A subscription at an MQTT broker (shared by the drivers whose devices publish).

QoS 1 with a session that lasts: the broker keeps what is published while nobody is there, and sends
again what was not acknowledged. Nothing is acknowledged here but by whoever has kept it. The
driver's own thread moves the bytes, so that a slow disk holds the broker back.
"""

import ssl
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.driver import LineLost, LineRefused
from devices.options import secret, unit

TICK_S: Final = 0.2
CONNECT_TICKS: Final = 25  # five seconds
BATCH_MAX: Final = 200
MESSAGE_BYTES_MAX: Final = 1_048_576
SESSION_S: Final = 30 * 86_400  # for so long the broker keeps what is published
TOPIC_MAX: Final = 400
_V5 = MQTTProtocolVersion.MQTTv5
# What a broker says when it does not let us in (MQTT 5, section 3.2.2.2).
_REFUSALS: Final = {
    132: "protocol_unknown",
    133: "client_id_refused",
    134: "not_authorised",
    135: "not_authorised",
    138: "not_authorised",
    140: "not_authorised",
}
_TAKEN_OVER: Final = 142


class BrokerOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where the broker is and how it lets us in.

    ``topics`` have blanks between; ``#`` and ``+`` stand for any. ``client_id`` is what the broker
    knows the session by; empty makes one that stays. ``ca_file`` is a PEM file of who may vouch for
    the broker, empty for whom this machine trusts; ``cert_file`` and ``key_file`` are our own.
    """

    host: Annotated[str, Meta(max_length=253)] = ""
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    topics: Annotated[str, Meta(max_length=2000)]
    user: Annotated[str, Meta(max_length=200)] = ""
    password: Annotated[str, Meta(max_length=400), secret()] = ""
    tls: bool = False
    ca_file: Annotated[str, Meta(max_length=400)] = ""
    cert_file: Annotated[str, Meta(max_length=400)] = ""
    key_file: Annotated[str, Meta(max_length=400)] = ""
    protocol: Literal["5", "3.1.1"] = "5"
    client_id: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{0,60}$")] = ""
    keepalive_s: Annotated[int, Meta(ge=5, le=600), unit("s")] = 30


@dataclass(frozen=True)
class Incoming:
    """A message as it came. ``mid`` is the broker's number for it, 0 where it wants no answer."""

    topic: str
    payload: bytes
    mid: int
    again: bool


def topics_of(text: str) -> list[str]:
    """Topics with blanks between; ValueError when there is none, or one that cannot be."""
    found = text.split()
    if not found:
        raise ValueError("Which topic does the reader publish to? Give at least one.")
    for topic in found:
        levels = topic.split("/")
        misplaced = any(len(level) > 1 and ("#" in level or "+" in level) for level in levels)
        if misplaced or "#" in levels[:-1] or len(topic) > TOPIC_MAX:
            raise ValueError(
                f'"{topic}" is no topic: # stands alone at the end, + alone in a level.'
            )
    return found


def check(options: BrokerOptions) -> None:
    """ValueError with a sentence when the options do not fit together."""
    topics_of(options.topics)
    if bool(options.cert_file) != bool(options.key_file):
        raise ValueError("A certificate of our own takes both its file and that of its key.")
    if options.password and not options.user:
        raise ValueError("A password takes a user name.")
    if not options.tls and (options.ca_file or options.cert_file):
        raise ValueError("Certificates are used with TLS only: switch it on.")


class Subscription:
    """One connection to a broker. ``client_id`` is the same each time."""

    def __init__(self, options: BrokerOptions, place: tuple[str, int], client_id: str) -> None:
        self._options = options
        self._place = place
        self._inbox: deque[Incoming] = deque()
        self._answered = False
        self._over: LineLost | LineRefused | None = None
        self._dropped: Sequence[str] = ()
        self.resumed = False
        self._client = self._make(options, client_id)

    def connect(self, unsubscribe: Iterable[str], give_up: Callable[[], bool]) -> bool:
        """Get in and subscribe; False when told to give up. LineLost or LineRefused.

        ``unsubscribe`` are topics of an earlier time, which the session may still have.
        """
        self._dropped = tuple(unsubscribe)
        host, port = self._place
        try:
            self._client.connect(host, port, self._options.keepalive_s, **self._lasting())
        except ssl.SSLError as error:
            raise LineRefused("tls_failed") from error
        except (OSError, ValueError) as error:
            raise LineLost("unreachable") from error
        silent = 0
        while silent < CONNECT_TICKS:
            if give_up():
                return False
            # What the session has kept comes before the answer.
            before = len(self._inbox)
            self._move(TICK_S)
            silent += len(self._inbox) == before
            if self._over:
                raise self._over
            if self._answered:
                return True
        raise LineLost("unreachable")

    def receive(self, wait_s: float) -> list[Incoming]:
        """What has come, for a moment's waiting; LineLost or LineRefused when it is over."""
        if self._over and not self._inbox:
            raise self._over
        before = -1
        while len(self._inbox) < BATCH_MAX and before < len(self._inbox) and not self._over:
            before = len(self._inbox)
            self._move(0 if self._inbox else wait_s)
        found, self._inbox = list(self._inbox), deque()
        return found

    def acknowledge(self, messages: Iterable[Incoming]) -> None:
        """They are on disk: the broker may forget them."""
        for message in messages:
            if message.mid and not self._over:
                self._client.ack(message.mid, 1)
        while not self._over and self._client.want_write():
            self._move(0)

    def close(self) -> None:
        """Leave; the session stays."""
        self._client.disconnect()
        self._client.loop(0)

    def _make(self, options: BrokerOptions, client_id: str) -> Client:
        v5 = options.protocol == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=None if v5 else False,
            protocol=_V5 if v5 else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TICKS * TICK_S
        if options.user:
            client.username_pw_set(options.user, options.password or None)
        if options.tls:
            client.tls_set_context(_tls(options))
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        client.on_message = self._came
        return client

    def _lasting(self) -> dict[str, Any]:
        if self._options.protocol != "5":
            return {}
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = BATCH_MAX
        properties.MaximumPacketSize = MESSAGE_BYTES_MAX
        return {"clean_start": False, "properties": properties}

    def _move(self, wait_s: float) -> None:
        if self._client.loop(wait_s) and not self._over:
            self._over = LineLost("hung_up")

    def _connected(
        self, client: Client, _data: Any, flags: ConnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            word = _REFUSALS.get(reason.value)
            self._over = LineRefused(word) if word else LineLost("broker_busy")
            return
        self.resumed = flags.session_present
        if self._dropped:
            client.unsubscribe(list(self._dropped))
        topics = topics_of(self._options.topics)
        if self._options.protocol == "5":
            # What a broker keeps as the last word on a topic is no news.
            wanted: Any = [
                (topic, SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND))
                for topic in topics
            ]
        else:
            wanted = [(topic, 1) for topic in topics]
        client.subscribe(wanted)

    def _subscribed(
        self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        self._answered = True
        if any(reason.is_failure for reason in reasons):
            self._over = LineRefused("topic_refused")

    def _disconnected(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _told: Any
    ) -> None:
        if reason.value == _TAKEN_OVER:
            self._over = LineRefused("taken_over")
        self._over = self._over or LineLost("hung_up")

    def _came(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.retain:
            self._client.ack(message.mid, message.qos)
            return
        mid = message.mid if message.qos else 0
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "?"
        self._inbox.append(Incoming(topic, bytes(message.payload), mid, message.dup))


class _Handshake(ssl.SSLSocket):
    """The library would wait for a silent broker for as long as a line may be silent, and lose the
    socket when nobody is believed.
    """

    def do_handshake(self, block: bool = False) -> None:
        try:
            self.settimeout(CONNECT_TICKS * TICK_S)
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _tls(options: BrokerOptions) -> ssl.SSLContext:
    """LineRefused when the files cannot be used."""
    try:
        context = ssl.create_default_context(cafile=options.ca_file or None)
        context.sslsocket_class = _Handshake
        if options.cert_file:
            context.load_cert_chain(options.cert_file, options.key_file)
    except (OSError, ssl.SSLError) as error:
        raise LineRefused("tls_files") from error
    return context
