"""One connection to a receipt printer: how it is, a job, and whether that is on paper.

A job that was begun and not confirmed is uncertain. It is never printed again from here: somebody
who can see the paper decides.
"""

from collections.abc import Callable
from typing import Final, Protocol

from devices import zpl
from devices.commands import Result
from devices.driver import Context, LineError, LineRefused
from devices.drivers import _printer_status
from devices.drivers._printer_options import PrinterOptions
from devices.drivers._printer_status import Status
from devices.escpos.document import Document, Printing, Pulse
from devices.escpos.writing import Written, write

ANSWER_TICKS: Final = 5  # of the line's own wait: a second
TICKS_A_SECOND: Final = 5
LEAVING_TICKS: Final = 10
_ORDERED: Final = b"\x1dr\x01"


class Channel(Protocol):
    """An open line. All of it raises LineLost when it has gone."""

    def read(self, *, wait: bool) -> bytes: ...

    def write(self, raw: bytes) -> None: ...


class Press:
    """Talks to the printer at the other end of a line, in pieces of so many bytes."""

    def __init__(
        self, options: PrinterOptions, channel: Channel, context: Context, piece_bytes: int
    ) -> None:
        self._piece_bytes = piece_bytes
        self._options = options
        self._channel = channel
        self._context = context

    def look(self) -> Status | None:
        """How the printer is; None for one that never says. LineRefused when it should and does
        not.
        """
        if not self._options.asked:
            self._take()  # whoever hung up is found here
            return None
        said = [self._ask(query) for query in _printer_status.QUERIES]
        return _printer_status.read(*said)

    def print(self, job: Printing, by: str) -> Result:
        """Print a document and open the drawer where it says so. Nothing has been printed when
        this raises or the result is ``failed``.
        """
        try:
            written = self._written(job.document)
        except ValueError:
            return Result("failed", "document_unfit")
        status = self.look()
        if status and status.blocked:
            return Result("failed", status.reason)
        result = self._send(written, job.number)
        for pulse in written.pulses:
            self._opened(pulse, by, sure=result.outcome == "done")
        return result

    def _written(self, document: Document) -> Written:
        profile = self._options.profile()
        if self._options.language == "zpl":
            return Written(zpl.write(document, profile), 0, ())
        return write(document, profile)

    def open_drawer(self, pulse: Pulse, by: str) -> Result:
        """The drawer alone."""
        return self.print(Printing(Document([pulse])), by)

    def _send(self, written: Written, number: int) -> Result:
        """From the first byte on nobody knows what is on the paper until the printer says so."""
        mark = _mark(number)
        end = b""
        if self._options.asked:
            end = {"order": _ORDERED, "number": _numbered(mark), "status": b""}[
                self._options.confirmed_by
            ]
        try:
            self._write(written.data + end)
            confirmed = self._confirmed(mark)
            status = self.look()
        except LineError as error:
            return Result("uncertain", error.reason)
        if self._options.confirmed_by == "status" and status:
            confirmed = not status.blocked
        if confirmed:
            sure = self._options.asked and self._options.confirmed_by != "status"
            return Result("done", "", {"confirmed": sure, "lost": written.lost})
        reason = status.reason if status and status.blocked else "not_confirmed"
        return Result("uncertain", reason)

    def _confirmed(self, mark: bytes) -> bool:
        if not self._options.asked:
            self._take(wait=True)  # one that breaks off is found, if it does so at once
            return True
        if self._options.confirmed_by == "status":
            return True
        if self._options.confirmed_by == "number":
            answer = b"\x37\x22" + mark + b"\x00"
            return self._await(lambda heard: answer in heard)
        return self._await(
            lambda heard: any(map(_printer_status.is_ordered, _printer_status.asked_for(heard)))
        )

    def _await(self, enough: Callable[[bytes], bool]) -> bool:
        """Whether it comes while the printer is at it; a stop is waited out for a moment only."""
        heard = b""
        for tick in range(self._options.job_s * TICKS_A_SECOND):
            if self._context.stopping and tick > LEAVING_TICKS:
                return False
            heard += self._take(wait=True)
            if enough(heard):
                return True
        return False

    def _ask(self, query: bytes) -> int:
        self._take()
        self._write(query)
        for _ in range(ANSWER_TICKS):
            for byte in self._take(wait=True):
                if _printer_status.is_answer(byte):
                    return byte
        raise LineRefused("printer_silent")

    def _take(self, *, wait: bool = False) -> bytes:
        heard = self._channel.read(wait=wait)
        if heard:
            self._context.heard(heard)
        return heard

    def _write(self, raw: bytes) -> None:
        for at in range(0, len(raw), self._piece_bytes):
            piece = raw[at : at + self._piece_bytes]
            self._channel.write(piece)
            self._context.said(piece)

    def _opened(self, pulse: Pulse, by: str, *, sure: bool) -> None:
        data: dict[str, object] = {"reason": pulse.reason}
        if pulse.register:
            data["register"] = pulse.register
        if by:
            data["opened_by"] = by
        if not sure:
            data["unverified"] = True
        self._context.record(self._context.occurred("drawer.opened", data))


def _mark(number: int) -> bytes:
    return b"%04d" % (number % 10_000)


def _numbered(mark: bytes) -> bytes:
    """``GS ( H``, function 48: say this number when everything before it has been printed."""
    return b"\x1d(H\x06\x0000" + mark
