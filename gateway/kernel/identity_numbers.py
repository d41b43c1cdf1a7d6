"""Identity numbers of people whose standard has a check digit (pure).

A document number is judged only where it has the very shape of its country's identity number: a
passport or a residence permit looks otherwise and is kept as it was written.
"""

import re
from typing import Final

import stdnum
from stdnum.exceptions import ValidationError

# Country -> the number's module in python-stdnum, and its shape without blanks, dots and dashes.
# China's is GB 11643-1999 (ISO 7064, MOD 11-2). Left out are countries that have given up their
# check digit (Korea in 2020) and those whose passports look the same (the Netherlands).
_STANDARDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "BR": (("cpf", r"\d{11}"),),
    "CN": (("ric", r"\d{17}[\dX]"),),
    "EE": (("ik", r"\d{11}"),),
    "ES": (("dni", r"\d{8}[A-Z]"), ("nie", r"[XYZ]\d{7}[A-Z]")),
    "FI": (("hetu", r"\d{6}[+A-FU-Y-]?\d{3}[0-9A-Y]"),),
    "IT": (("codicefiscale", r"[A-Z]{6}[0-9A-Z]{10}"),),
    "PL": (("pesel", r"\d{11}"),),
    "RO": (("cnp", r"\d{13}"),),
    "SE": (("personnummer", r"(\d{2})?\d{6}[-+]?\d{4}"),),
    "TH": (("pin", r"\d{13}"),),
    "TR": (("tckimlik", r"\d{11}"),),
    "ZA": (("idnr", r"\d{13}"),),
}
# The sign between date and number means something in these.
_SIGNED: Final = ("FI", "SE")


def is_wrong(text: str, country: str) -> bool:
    """Whether a number has the shape of its country's identity number and cannot be one.

    ``country`` is an ISO 3166 code. False for every other document, and where no standard is known.
    """
    plain = text.strip().upper()
    if country not in _SIGNED:
        plain = re.sub(r"[\s./-]", "", plain)
    for name, shape in _STANDARDS.get(country, ()):
        if re.fullmatch(shape, plain):
            return not _is_valid(country, name, plain)
    return False


def _is_valid(country: str, name: str, plain: str) -> bool:
    standard = stdnum.get_cc_module(country.lower(), name)
    assert standard is not None, f"{country} {name} is not in python-stdnum"
    try:
        standard.validate(plain)
    except ValidationError:
        return False
    return True
