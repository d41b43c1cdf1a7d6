"""What stands on the paper of a printer made of software, read as a till's receipts are."""

from typing import Final

from devices.escpos.reading import Reader, Tape

CUT: Final = "- - - -"


def read_paper(printed: bytes) -> str:
    """Lines of text; bar codes stand in brackets behind the text of their piece of paper, a cut as
    a row of dashes.
    """
    reader = Reader()
    pieces = [*reader.feed(printed), *reader.end()]
    return "".join(f"{line}\n" for piece in pieces for line in _lines(piece))


def _lines(piece: Tape) -> list[str]:
    codes = [f"[{code}]" for code in piece.codes]
    return [*piece.lines, *codes, *([CUT] if piece.cut else [])]
