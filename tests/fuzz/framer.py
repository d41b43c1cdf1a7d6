"""Whatever comes over a line, in any portions: every byte is accounted for, nothing grows."""

from devices.framing import Framer, Framing

FRAMINGS = (
    Framing(),
    Framing(envelope=True),
    Framing(envelope=True, check="xor"),
    Framing(envelope=True, check="lrc", parity_bit="even"),
    Framing(terminators=b"\r", check="xor"),
    Framing(length_digits=2),
    Framing(length_digits=3, terminators=b""),
    Framing(bytes_max=64, prefix=b"A", suffix=b"Z"),
    Framing(terminators=b"", idle_flush_ms=50),
    Framing(parity_bit="odd", bytes_max=64),
)
SEEDS = (
    b"\x01\x034006381333931\r\n", b"\x02\x05\x024006381333931\x033", b"\x05\x02135CODE\r",
    b"\x02\x02\x0268\x03\r", b"\x08\x04" + b"A" * 70 + b"\rB\r",
)  # fmt: skip


def target(data: bytes) -> None:
    """The first byte chooses the framing, the second how the rest is portioned."""
    if len(data) < 2:
        return
    framing = FRAMINGS[data[0] % len(FRAMINGS)]
    stream, step = data[2:], data[1] % 7 + 1
    whole, pieces = Framer(framing), Framer(framing)
    cuts = whole.feed(stream)
    assert cuts == [
        cut for at in range(0, len(stream), step) for cut in pieces.feed(stream[at : at + step])
    ]
    told = sum(len(cut.raw) for cut in cuts)
    assert told + whole.separators + whole.noise + whole.held == len(stream)
    ends = [*whole.idle(10**6), *whole.close()]
    told += sum(len(cut.raw) for cut in ends)
    assert told + whole.separators + whole.noise == len(stream)
    assert whole.held == 0
    for cut in (*cuts, *ends):
        assert cut.data
        assert len(cut.data) <= framing.bytes_max + (cut.kind == "overflow")
