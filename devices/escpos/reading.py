"""What a till prints, read along: lines of text, bar codes, the drawer, one receipt at a time.

Bytes come in pieces of any size. Looks are ignored, pictures passed over by their length, what is
not known skipped. Nothing is ever refused, and nothing grows without a bound (pure).
"""

import re
from dataclasses import dataclass
from typing import Final

from devices.escpos.charsets import PAGES, WIDE, text_of
from devices.escpos.lengths import CODE_128, Token, measure

LINE_BYTES_MAX: Final = 512
LINES_MAX: Final = 1_000
CODE_BYTES_MAX: Final = 512
CODES_MAX: Final = 50
RAW_BYTES_MAX: Final = 48 * 1024
_HEAD_BYTES: Final = 16
_INTRODUCERS: Final = b"\x10\x1b\x1c\x1d"
_TEXT = re.compile(rb"[\x20-\x7e\x80-\xff]+")
_CODE_SET = re.compile(rb"\{(\{)|\{[ABC1]")
_QR_DATA: Final = b"\x50\x30"  # fn 80, m 48: the bytes behind are what the symbol says


@dataclass(frozen=True)
class Tape:
    """What was printed between two cuts.

    ``codes`` are what bar codes and QR codes said, ``drawer`` whether it was opened, ``images`` the
    number of pictures. ``raw`` is every byte as it came; ``whole`` is False where it was too long.
    ``follows``: it came right behind another one, with nothing but the cut between.
    """

    lines: tuple[str, ...]
    codes: tuple[str, ...]
    drawer: bool
    images: int
    raw: bytes
    whole: bool
    cut: bool
    follows: bool

    @property
    def printed(self) -> bool:
        """Whether anything can be seen on it."""
        return bool(self.lines or self.codes or self.images)


class Reader:
    """Reads one printer's bytes. ``codec`` is what its text is written in before it says so."""

    def __init__(self, codec: str = "cp437") -> None:
        self._standard = codec
        self._codec = codec
        self._national = 0
        self._head = b""  # of a command that has not come whole
        self._skip = 0
        self._ended = False  # skip until a NUL
        self._blocks = 0
        self._block: Token | None = None
        self._kept: bytearray | None = None  # the data of a code that is being passed over
        self._symbol = False
        self._follows = False
        self._begin()

    @property
    def waiting(self) -> bool:
        """Whether something has come that belongs to no tape yet."""
        return self._has_text or self._drawer or bool(self._codes or self._images)

    @property
    def begun(self) -> bool:
        """Whether that is something that can be seen, and may go on."""
        return self._has_text or bool(self._codes or self._images)

    def feed(self, data: bytes) -> list[Tape]:
        """Every receipt that is finished by these bytes."""
        buffer, self._head = self._head + data, b""
        tapes: list[Tape] = []
        place = kept = 0
        while place < len(buffer):
            step = self._step(buffer, place)
            if step == 0:
                self._head = buffer[place:]
                break
            place += step
            if self._cut:
                self._note(buffer[kept:place])
                kept = place
                tapes += self._finish(cut=True)
        self._note(buffer[kept:place])
        return tapes

    def end(self) -> list[Tape]:
        """What is there when nothing more comes for now; the next begins anew."""
        self._note(self._head)
        self._head, self._skip, self._blocks, self._ended = b"", 0, 0, False
        self._kept = None
        tapes = self._finish(cut=False)
        self._follows = False
        return tapes

    def _begin(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._line_bytes = 0
        self._run = bytearray()
        self._codes: list[str] = []
        self._drawer = self._cut = self._has_text = False
        self._images = 0
        self._raw = bytearray()
        self._whole = True

    def _step(self, buffer: bytes, place: int) -> int:
        """Take what is at this place; how many bytes it was, 0 when more is needed."""
        if self._skip or self._ended:
            return self._pass_over(buffer, place)
        if self._blocks:
            return self._begin_block(buffer, place)
        if text := _TEXT.match(buffer, place, place + LINE_BYTES_MAX):
            self._add(text.group())
            return text.end() - place
        byte = buffer[place]
        if byte in _INTRODUCERS:
            token = measure(buffer[place : place + _HEAD_BYTES])
            if token is None or place + token.size > len(buffer):
                return 0
            self._obey(token)
            return token.size
        if byte in b"\n\r\x0c":
            self._end_line(blank=byte == 0x0A)
        elif byte == 0x09:
            self._add(b" ")
        return 1

    def _pass_over(self, buffer: bytes, place: int) -> int:
        if self._ended:
            nul = buffer.find(b"\0", place)
            end = len(buffer) if nul < 0 else nul
            self._keep(buffer[place:end])
            if nul >= 0:
                self._ended = False
                self._end_code()
                return end + 1 - place
            return end - place
        count = min(self._skip, len(buffer) - place)
        self._keep(buffer[place : place + count])
        self._skip -= count
        if not self._skip:
            self._end_code()
        return count

    def _begin_block(self, buffer: bytes, place: int) -> int:
        """The head of one of several blocks: a letter of the shop's own, a stored picture."""
        assert self._block is not None
        if self._block.block == "glyph":
            self._skip, size = self._block.value * buffer[place], 1
        else:
            head = buffer[place : place + 4]
            if len(head) < 4:
                return 0
            width, height = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:], "little")
            self._skip, size = width * height * 8, 4
        self._blocks -= 1
        return size

    def _obey(self, token: Token) -> None:
        self._skip, self._ended = token.payload, token.ended
        self._blocks, self._block = token.blocks, token
        self._kept = None
        if token.meaning in ("code", "symbol") and (token.payload or token.ended):
            self._end_line()
            self._kept, self._symbol = bytearray(), token.meaning == "symbol"
        elif token.meaning == "image":
            self._images += 1
        elif token.meaning == "drawer":
            self._drawer = True
        elif token.meaning == "cut":
            self._cut = True
        else:
            self._turn(token)

    def _turn(self, token: Token) -> None:
        """What the bytes of text stand for from here on."""
        codec, national = self._codec, self._national
        match token.meaning:
            case "page":
                codec = codec if codec in WIDE else PAGES.get(token.value, "cp437")
            case "charset":
                national = token.value
            case "reset":
                codec, national = self._standard, 0
            case "wide":
                codec = self._standard if self._standard in WIDE else "gb18030"
            case "narrow":
                codec = "cp437"
        if (codec, national) != (self._codec, self._national):
            self._end_run()
            self._codec, self._national = codec, national

    def _add(self, raw: bytes) -> None:
        """Add to the line; one that never ends is cut at its 512th byte, however it came."""
        self._has_text = self._has_text or not raw.isspace()
        while raw:
            if self._line_bytes == LINE_BYTES_MAX:
                self._end_line()
            room = LINE_BYTES_MAX - self._line_bytes
            fits, raw = raw[:room], raw[room:]
            self._run += fits
            self._line_bytes += len(fits)

    def _end_run(self) -> None:
        if self._run:
            self._line.append(text_of(bytes(self._run), self._codec, self._national))
            self._run.clear()

    def _end_line(self, *, blank: bool = False) -> None:
        self._end_run()
        text = "".join(self._line).rstrip()
        self._line.clear()
        self._line_bytes = 0
        if not text and not (blank and self._lines):
            return
        if len(self._lines) < LINES_MAX:
            self._lines.append(text)
        else:
            self._whole = False

    def _keep(self, raw: bytes) -> None:
        if self._kept is not None:
            self._kept += raw[: CODE_BYTES_MAX - len(self._kept)]

    def _end_code(self) -> None:
        """What a code said, once it has come whole."""
        kept, self._kept = self._kept, None
        if not kept or (self._symbol and kept[1:3] != _QR_DATA):
            return
        data = bytes(kept[3:] if self._symbol else kept)
        if self._block is not None and self._block.value == CODE_128:
            data = _CODE_SET.sub(rb"\1", data)
        said = data.decode("utf-8", "replace")
        if said and len(self._codes) < CODES_MAX:
            self._codes.append(said)

    def _note(self, raw: bytes) -> None:
        room = RAW_BYTES_MAX - len(self._raw)
        self._whole = self._whole and len(raw) <= room
        self._raw += raw[:room]

    def _finish(self, *, cut: bool) -> list[Tape]:
        self._end_line()
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        tape = Tape(
            tuple(self._lines), tuple(self._codes), self._drawer, self._images, bytes(self._raw),
            self._whole, cut, self._follows,
        )  # fmt: skip
        self._begin()
        if not (tape.printed or tape.drawer):
            return []
        self._follows = True
        return [tape]
