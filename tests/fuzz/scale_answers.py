"""Whatever a scale sends: no bytes break the reading, and none are a weight that is not in them."""

from devices.drivers._weights import PROTOCOLS, Answers

SEEDS = (
    b"\x02 1.234N\r\x02?a\r\x02?\r\r",
    b"\x02-00500\r\x02  .050\r",
    b"ST,GS,   0.500kg\r\nUS,NT,- 0.512kg\r\n",
    b"N/W   1.200 kg\r\n  -OL-\r\n3 lb G\r\n",
)


def target(data: bytes) -> None:
    """Feed every protocol, whole and byte by byte."""
    for protocol in PROTOCOLS.values():
        whole = Answers(protocol.shape).feed(data)
        pieces = Answers(protocol.shape)
        assert [one for byte in data for one in pieces.feed(bytes([byte]))] == whole
        for answer in whole:
            weight = protocol.read(answer, 3)
            assert (weight.value is not None) == (weight.status == "stable")
            if weight.value is not None:
                shown = "".join(map(str, weight.value.as_tuple().digits))
                sent = bytes(byte for byte in answer if byte in b"0123456789").decode("ascii")
                assert shown.lstrip("0") == sent.lstrip("0")
