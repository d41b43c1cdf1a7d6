"""Reads what a till printed, behind its back: a copy, in a thread of its own, never in the way.

What waits to be read is bounded in bytes; what does not fit is counted and the receipt marked. What
the storage refuses waits and is tried again, up to a bound of its own.
"""

import base64
import logging
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from devices.driver import Context, Occurrence
from devices.escpos.reading import Reader, Tape
from devices.escpos.receipts import ReceiptRules, sale_of, understand

log = logging.getLogger(__name__)

WAITING_BYTES_MAX = 4 * 1024 * 1024
LEFT_MAX = 500  # receipts that the storage has refused so far
TICK_S = 0.5
QUIET_S, QUIET_TURNS = 0.05, 20
BUSY_BYTES = 64 * 1024
AGAIN_MS = 5_000
SALE_MS = 5_000  # a drawer that opens so soon behind a sale belongs to it
DRAWER_IDLE_MS = 2_000


@dataclass
class Line:
    """One conversation: its reader, when it last said something, what its last receipt was."""

    reader: Reader
    heard_ms: int
    sold: bool = False


@dataclass(frozen=True)
class Piece:
    """Bytes of one conversation; none where it is over."""

    line: str
    data: bytes


class Desk:
    """``codec`` is what receipts are written in, ``idle_ms`` the pause that ends one without a cut.

    ``sales``: tell a sale where a receipt says all that one needs.
    """

    def __init__(self, rules: ReceiptRules, codec: str, idle_ms: int, *, sales: bool) -> None:
        self._rules = rules
        self._codec = codec
        self._idle_ms = idle_ms
        self._sales = sales
        self._waiting: deque[Piece] = deque()
        self._bytes = 0
        self._handed = 0
        self._changed = threading.Condition()
        self._lines: dict[str, Line] = {}
        self._left: deque[Occurrence] = deque()
        self._again_ms = 0
        self._sold_ms: int | None = None
        self._closing = False

    @property
    def backlog(self) -> int:
        """Facts that have not been kept yet."""
        return len(self._left)

    def hand_over(self, context: Context, line: str, data: bytes) -> None:
        """A copy of what has been printed; none says that the conversation is over."""
        with self._changed:
            fits = self._bytes + len(data) <= WAITING_BYTES_MAX
            if fits:
                self._waiting.append(Piece(line, data))
                self._bytes += len(data)
                self._handed += 1
                if len(self._waiting) == 1:
                    self._changed.notify_all()
        if not fits:
            context.skipped(len(data), line)

    def work(self, context: Context) -> None:
        """Read and keep until ``close``, and then what is still there."""
        with self._changed:
            self._closing = False
        while True:
            pieces, closing = self._take()
            for piece in pieces:
                self._read(context, piece)
            now_ms = context.monotonic_ms()
            for name in [*self._lines]:
                self._look(context, name, now_ms, closing=closing)
            self._retry(context, now_ms, closing=closing)
            if closing and not self._waiting:
                return

    def close(self) -> None:
        """Read what is there and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def _take(self) -> tuple[list[Piece], bool]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing, TICK_S)
            self._await_pause()
            pieces = list(self._waiting)
            self._waiting.clear()
            self._bytes = 0
            return pieces, self._closing

    def _await_pause(self) -> None:
        """Let whoever prints go first: threads share one interpreter. For a second at most."""
        for _ in range(QUIET_TURNS):
            handed = self._handed
            if self._closing or not 0 < self._bytes < BUSY_BYTES:
                return
            self._changed.wait(QUIET_S)
            if self._handed == handed:
                return

    def _read(self, context: Context, piece: Piece) -> None:
        line = self._lines.setdefault(piece.line, Line(Reader(self._codec), 0))
        line.heard_ms = context.monotonic_ms()
        try:
            tapes = line.reader.feed(piece.data) if piece.data else line.reader.end()
            for tape in tapes:
                self._tell(context, line, tape)
        except Exception:
            # Whatever it was has been printed; the next receipt is read by a new reader.
            log.exception("a copy of what was printed could not be read")
            line.reader = Reader(self._codec)
            context.skipped(len(piece.data), piece.line)
        if not piece.data:
            del self._lines[piece.line]

    def _look(self, context: Context, name: str, now_ms: int, *, closing: bool) -> None:
        """A long silence ends what has no cut."""
        line = self._lines[name]
        pause_ms = self._idle_ms if line.reader.begun else DRAWER_IDLE_MS
        if line.reader.waiting and (closing or now_ms - line.heard_ms >= pause_ms):
            self._read(context, Piece(name, b""))

    def _tell(self, context: Context, line: Line, tape: Tape) -> None:
        now_ms = context.monotonic_ms()
        sold = line.sold and tape.follows
        if tape.printed:
            found = understand(tape.lines, self._rules)
            sold = found.total is not None
            sale = sale_of(found, self._rules) if self._sales and sold else None
            said = found.members()
            data = {
                "lines": list(tape.lines),
                "codes": list(tape.codes),
                "images": tape.images,
                "parsed": sold,
                "raw": base64.b64encode(tape.raw).decode("ascii"),
                "whole": tape.whole,
                "currency": self._rules.currency,
                **said,
            }
            self._keep(context, context.occurred("receipt.tapped", data))
            if sale:
                self._keep(context, context.occurred("sale.completed", sale))
        line.sold = sold
        self._sold_ms = now_ms if sold else self._sold_ms
        if tape.drawer:
            if not tape.printed and self._sold_ms is not None:
                sold = sold or now_ms - self._sold_ms <= SALE_MS
            reason = {"reason": "sale" if sold else "no_sale"}
            register = {"register": self._rules.register} if self._rules.register else {}
            self._keep(context, context.occurred("drawer.opened", {**reason, **register}))

    def _keep(self, context: Context, occurrence: Occurrence) -> None:
        if self._left:
            self._put_aside(context, occurrence)  # in order, behind those that wait
        elif context.record(occurrence).outcome == "lost":
            self._again_ms = context.monotonic_ms() + AGAIN_MS
            self._put_aside(context, occurrence)

    def _put_aside(self, context: Context, occurrence: Occurrence) -> None:
        self._left.append(occurrence)
        if len(self._left) > LEFT_MAX:
            gone = self._left.popleft()
            log.error("a %s could not be stored and there is no room for it", gone.type)
            context.skipped(len(str(gone.data.get("raw", ""))) * 3 // 4)

    def _retry(self, context: Context, now_ms: int, *, closing: bool) -> None:
        if not self._left or (now_ms < self._again_ms and not closing):
            return
        for occurrence in self._due():
            if context.record(occurrence).outcome == "lost":
                self._left.appendleft(occurrence)
                self._again_ms = context.monotonic_ms() + AGAIN_MS
                return

    def _due(self) -> Iterator[Occurrence]:
        while self._left:
            yield self._left.popleft()
