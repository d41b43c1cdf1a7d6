"""A scale at the end of any line (shared by the scale drivers).

Asks for the weight when it is told to, and every so often if it is to show it all the time. What is
weighed is shown and told, and is nobody's fact: a weight without an article says nothing.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Context, LineLost
from devices.drivers._stream import Channel
from devices.drivers._weights import PROTOCOLS, SILENT, UNREADABLE, Answers, ParityBit, Weight
from devices.options import unit

TICK_S = 0.1  # the longest an order waits for a line that is only being listened to
DRAINS = 16  # a line that never stops talking must not hold up whoever wants to know
POLL_MS_MIN = 200
SILENCES = 3  # so many questions without an answer, and the device says that something is wrong


class ScaleOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a scale speaks, on any line.

    ``weight_unit`` and ``decimals`` hold where the scale names none. ``poll_ms``: it is asked so
    often, to show its weight at all times; 0 is only when somebody wants to know.
    """

    protocol: Literal["toledo_8217", "adam"] = "toledo_8217"
    weight_unit: Literal["kg", "g", "lb", "oz"] = "kg"
    decimals: Annotated[int, Meta(ge=0, le=6)] = 3
    parity_bit: ParityBit = ""
    answer_ms: Annotated[int, Meta(ge=100, le=3000), unit("ms")] = 1000
    poll_ms: Annotated[int, Meta(ge=0, le=60_000), unit("ms")] = 0

    def check(self) -> None:
        """ValueError for what does not fit."""
        if 0 < self.poll_ms < POLL_MS_MIN:
            raise ValueError(f"A scale is asked every {POLL_MS_MIN} ms at most, or not at all (0).")


class Scale:
    """Serves one scale on an open line until ``context.stopping``. Raises LineLost."""

    COMMANDS: ClassVar = {
        "read_weight": Command(asks=True, tills=True),
        "tare": Command(),
        "zero": Command(),
    }

    def __init__(self, options: ScaleOptions, channel: Channel, context: Context) -> None:
        self._options = options
        self._protocol = PROTOCOLS[options.protocol]
        self._answers = Answers(self._protocol.shape, options.parity_bit)
        self._channel = channel
        self._context = context
        self._silences = 0

    def serve(self) -> None:
        """Obey, and ask by itself where that is wanted."""
        context, asked_ms = self._context, self._context.monotonic_ms()
        while not context.stopping:
            if order := context.order(TICK_S):
                self._obey(order)
            self._drain()
            now_ms = context.monotonic_ms()
            if self._options.poll_ms and now_ms - asked_ms >= self._options.poll_ms:
                asked_ms = now_ms
                self._weigh()

    def _obey(self, order: Order) -> None:
        """Do what was ordered; whoever ordered it hears of a line that is lost, too."""
        asking = order.name == "read_weight"
        try:
            order.answer(self._weigh() if asking else self._press(order.name))
        except LineLost as error:
            order.answer(Result("failed" if asking else "uncertain", error.reason))
            raise

    def _press(self, key: str) -> Result:
        """Press a key of the scale; it does not answer to that."""
        self._say(self._protocol.tare if key == "tare" else self._protocol.zero)
        return Result("done")

    def _weigh(self) -> Result:
        """Ask, show what was said, and tell it; only a weight at rest is a weight."""
        weight = self._ask()
        self._note_silence(silent=weight is SILENT)
        value = weight.value
        data: dict[str, object] = {
            "status": weight.status,
            "weight": None if value is None else format(value, "f"),
            "unit": weight.unit or self._options.weight_unit,
            "net": weight.net,
        }
        self._context.measured(data)
        if weight.status == "stable":
            return Result("done", data=data)
        return Result("failed", f"scale_{weight.status}", data)

    def _ask(self) -> Weight:
        """The answer to one question, within ``answer_ms``."""
        self._drain()  # what was said before is no answer to this
        self._say(self._protocol.ask)
        until_ms = self._context.monotonic_ms() + self._options.answer_ms
        weight = SILENT
        while weight in (SILENT, UNREADABLE):
            for answer in self._answers.feed(self._hear(wait=True)):
                weight = self._protocol.read(answer, self._options.decimals)
            if self._context.stopping or self._context.monotonic_ms() >= until_ms:
                break
        return weight

    def _note_silence(self, *, silent: bool) -> None:
        """Say that a scale is dumb which ought to answer every question."""
        before, self._silences = self._silences, self._silences + 1 if silent else 0
        if self._protocol.speaks == "always" and self._silences == SILENCES:
            self._context.degraded("scale_timeout")
        if before >= SILENCES and not silent:
            self._context.degraded("")

    def _drain(self) -> None:
        """Take what came unasked for, and notice a line that has gone."""
        for _ in range(DRAINS):
            if not self._hear(wait=False):
                break
        self._answers.forget()

    def _hear(self, *, wait: bool) -> bytes:
        if chunk := self._channel.read(wait=wait):
            self._context.heard(chunk)
        return chunk

    def _say(self, raw: bytes) -> None:
        self._channel.write(raw)
        self._context.said(raw)
