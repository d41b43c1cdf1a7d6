"""GS1 article numbers.

Check digits and the one stored form (GS1 General Specifications, section 7.9).
"""

GTIN_LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> int:
    """The GS1 modulo-10 check digit of the digits before it."""
    total = sum(
        int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body))
    )
    return -total % 10


def gtin14(text: str) -> str | None:
    """8, 12, 13 or 14 digits with a right check digit, as 14 digits; None for anything else."""
    if len(text) not in GTIN_LENGTHS or not (text.isascii() and text.isdigit()):
        return None
    if check_digit(text[:-1]) != int(text[-1]):
        return None
    return text.zfill(14)
