"""A label before a camera: an EAN-13 as a film that Chromium takes for what its camera sees."""

from pathlib import Path

# GS1 General Specifications, section 5.2: the seven modules of a digit, and which digits of the
# left half are drawn from set B, by the digit that is not drawn.
SET_A = (
    *("0001101", "0011001", "0010011", "0111101", "0100011"),
    *("0110001", "0101111", "0111011", "0110111", "0001011"),
)
FROM_B = (
    *("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB"),
    *("ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"),
)
WIDTH, HEIGHT, MODULE = 640, 480, 4
QUIET = (WIDTH - 95 * MODULE) // 2


def modules(ean: str) -> str:
    """The 95 modules of an EAN-13, ``1`` for a bar."""
    right = [SET_A[int(digit)].translate(str.maketrans("01", "10")) for digit in ean]
    left = [
        SET_A[int(digit)] if kind == "A" else right[at][::-1]
        for at, (digit, kind) in enumerate(zip(ean[1:7], FROM_B[int(ean[0])], strict=True), 1)
    ]
    return "101" + "".join(left) + "01010" + "".join(right[7:]) + "101"


def film(path: Path, ean: str) -> Path:
    """Write a film of one label that lies still: YUV4MPEG2, 4:2:0, 10 pictures a second."""
    bars = b"".join((b"\x10" if bar == "1" else b"\xeb") * MODULE for bar in modules(ean))
    line = b"\xeb" * QUIET + bars + b"\xeb" * (WIDTH - QUIET - len(bars))
    blank = b"\xeb" * WIDTH
    label = [line if HEIGHT // 4 < row < HEIGHT * 3 // 4 else blank for row in range(HEIGHT)]
    picture = b"FRAME\n" + b"".join(label) + b"\x80" * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + picture * 3)
    return path
