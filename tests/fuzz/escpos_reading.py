"""What a till prints, in pieces of any size: it never raises, loses no byte and stays small."""

from devices.escpos import reading
from devices.escpos.reading import Reader, Tape
from devices.escpos.receipts import ReceiptRules, sale_of, understand
from gateway.kernel import canonical

_RULES = [ReceiptRules("EUR"), ReceiptRules("JPY", "zh", "1", "0.1")]


def target(data: bytes) -> None:
    """The first byte says how the others are cut into pieces, which changes nothing."""
    size = data[0] % 16 + 1 if data else 1
    for codec in ("cp437", "gb18030"):
        whole = _read(Reader(codec), [data])
        assert (
            _read(Reader(codec), [data[i : i + size] for i in range(0, len(data), size)]) == whole
        )
        for tape in whole:
            assert len(tape.lines) <= reading.LINES_MAX
            assert len(tape.raw) <= reading.RAW_BYTES_MAX
            assert tape.raw in data or not tape.whole
            for rules in _RULES:
                found = understand(tape.lines, rules)
                canonical.encode([list(tape.lines), list(tape.codes), found.members()])
                canonical.encode(sale_of(found, rules))


def _read(reader: Reader, pieces: list[bytes]) -> list[Tape]:
    return [tape for piece in pieces for tape in reader.feed(piece)] + reader.end()
