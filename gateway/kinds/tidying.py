"""What is put in order when a business partner is stored, beyond each field on its own (pure).

Each function takes the data an author left, checked, and the data before: only what has changed is
touched. All are idempotent.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict

from gateway.kernel import addresses, legal_forms
from gateway.records.model.fields import Data

_PARTS = ("city", "region", "district", "postal_code")
# A blank between two Han characters is an accident of typing, never a part of a name.
_han_gap = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) (?=[\u3400-\u9fff\U00020000-\U0003ffff])"
)


def names(data: Data, before: Data) -> Data:
    """No blanks inside Chinese names; a company's legal form in its usual letter case."""
    result = dict(data)
    for field in ("legal_name", "trade_name"):
        name = data.get(field)
        if isinstance(name, str) and name != before.get(field):
            name = _han_gap.sub("", name)
            result[field] = _spelled(name) if data.get("type") == "company" else name
    return result


def _spelled(name: str) -> str:
    core, form = legal_forms.split(name)
    usual = legal_forms.spelled(form)
    return f"{name[: -len(form)]}{usual}" if form and core and name.endswith(form) else name


def address_lines(data: Data, before: Data) -> Data:
    """An address typed in one line is taken apart where there is only one way to read it."""
    groups = data.get("addresses")
    if not isinstance(groups, Mapping):
        return data
    old = before.get("addresses")
    known = old if isinstance(old, Mapping) else {}
    taken = {
        element: address if known.get(element) == address else _apart(address)
        for element, address in groups.items()
    }
    return {**data, "addresses": taken}


def _apart(address: Data) -> Data:
    street = address.get("street")
    if not isinstance(street, str) or any(address.get(part) for part in _PARTS):
        return address
    parts = addresses.split(street, str(address.get("country")))
    if parts is None:
        return address
    return {**address, **{name: value for name, value in asdict(parts).items() if value}}
