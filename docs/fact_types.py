"""The page of the fact types, from the shapes that check them."""

from collections.abc import Iterator
from itertools import groupby
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct

from gateway.facts import basic, types
from gateway.facts.basic import Counted
from gateway.facts.types import DATA_TYPES, unsayable

HEAD = """\
# Facts

What a fact may be: its `type`, and the members of its `data`. A member that is not named here is
kept and travels on. How facts are sent, answered and quarantined: [protocol.md](protocol.md). Out
of the files of a till: [file-drop.md](file-drop.md). Told to partners as EPCIS events:
[epcis.md](epcis.md).

- Money is integer minor units (`1850` is 18.50 EUR, 1850 JPY); a quantity is decimal text with at
  most six decimals.
- A line's amount is quantity times unit price less discount, its tax amount times rate; each is
  rounded half up on the absolute value, once. Net, tax and `rounding` make the total, which the
  tenders less change pay.
- `rounding` is at most one minor unit a line, and where cash changes hands half of the smallest
  coin: 0.02 in CHF and EUR, 0.50 in SEK. Of a payment in several ways only the part in cash is
  rounded. Change is never more than was given.
- What is taken back has negative quantities, amounts and tenders, and mirrors its sale to the
  minor unit.
- Every fact of a register may name its `shift`, `cashier`, `number` and `chain`, which are not
  repeated below.
- `number` is `STORE-REGISTER-EPOCH-N`: N counts every numbered fact of one life of a register
  from 1 on. A register that was set up anew counts in a new epoch. A number that is missing or
  was given twice is shown at `GET /api/v1/registers/REGISTER`; no fact is refused for it.
- `chain.hash` is SHA-256, in hexadecimal, of `chain.previous` (its text) and the canonical JSON
  of the data without `chain`: sorted keys, no blanks, UTF-8. What does not follow is shown in the
  same place.
- Facts may come in any order. One that comes for a shift after its first Z is an amendment
  (`Z-17/1`); the Z stays.
- Goods are at a `location`, which is `shop` where none is named. A count says what was there at
  its time; what moved later is added to it.
- What was counted, received or adjusted by mistake is taken back by one more fact,
  `stock.reversed`, that `corrects` the other by its id. Both stay; levels, and what has come of a
  delivery, are as if the other had never been told.
- `stock.received` names the number of a delivery as its `document`. What has come of it so far:
  `POST /api/v1/stock/receipts`.
"""
COMMON = frozenset(Counted.__struct_fields__)
_WORDS: dict[Any, str] = {
    basic.Decimal6: "decimal text",
    basic.Rate: "decimal text",
    basic.Minor: "minor units",
    basic.Amount: "minor units, not negative",
    basic.Currency: "ISO 4217",
    basic.ArticleNumber: "8 to 14 digits",
    basic.Number: "`STORE-REGISTER-EPOCH-N`",
    basic.Hash: "64 hexadecimal digits",
    types.Instant: "instant",
    types.Degrees: "decimal degrees",
    types.FileId: "SHA-256",
    str: "text",
    int: "integer",
    bool: "true or false",
}


def page() -> str:
    """The text of docs/facts.md."""
    lines = [HEAD]
    for family, names in groupby(sorted(DATA_TYPES), lambda name: name.partition(".")[0]):
        lines += [f"## {family}", ""]
        for shape, group in groupby(names, lambda name: DATA_TYPES[name]):
            lines += [*_section(list(group), shape), ""]
    return "\n".join(lines)


def _section(names: list[str], shape: type[Struct]) -> Iterator[str]:
    yield f"### {', '.join(f'`{name}`' for name in names)}"
    yield ""
    yield f"{_purpose(shape)} Sent by: {_senders(names[0])}."
    yield ""
    yield "| member | what it is | |"
    yield "|---|---|---|"
    yield from _members(shape, "")


def _members(shape: type[Struct], above: str) -> Iterator[str]:
    hints = get_type_hints(shape, include_extras=True)
    for member in msgspec.structs.fields(shape):
        if issubclass(shape, Counted) and member.name in COMMON:
            continue
        words, inner = _type(hints[member.name])
        name = f"{above}{member.encode_name}"
        optional = member.default is not NODEFAULT or member.default_factory is not NODEFAULT
        yield f"| `{name}` | {words} | {'optional' if optional else 'required'} |"
        if inner is not None:
            yield from _members(inner, f"{name}.")


def _type(hint: Any) -> tuple[str, type[Struct] | None]:
    """What a member is in words, and the struct inside it."""
    if hint in _WORDS:
        return _WORDS[hint], None
    if get_origin(hint) in (Union, UnionType):
        return _type(next(arm for arm in get_args(hint) if arm is not NoneType))
    if get_origin(hint) is list:
        words, inner = _type(get_args(hint)[0])
        return (f"list of {words}" if inner is None else "list"), inner
    if isinstance(hint, type) and issubclass(hint, Struct):
        return "object", hint
    arms = get_args(hint)
    if arms and isinstance(arms[0], str):
        return ", ".join(f"`{arm}`" for arm in arms), None
    return _type(arms[0])


def _purpose(shape: type[Struct]) -> str:
    """The docstring behind the names it begins with."""
    text = " ".join(str(shape.__doc__).split()).replace("``", "`")
    head, colon, rest = text.partition(": ")
    told = rest if colon and "." in head else text
    return told[0].upper() + told[1:]


def _senders(name: str) -> str:
    roles = [
        role for role in ("device", "pos", "rep", "clerk", "manager") if name not in unsayable(role)
    ]
    return ", ".join(roles)
