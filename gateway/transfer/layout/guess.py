"""Which field a column is meant for, from its head and from what stands in it (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from stdnum.eu import vat

from gateway.kernel.chinese import simplified
from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.transfer.layout import words
from gateway.transfer.layout.mapping import ELEMENT_ID, SPECIAL, Column, Layout, target

SURE: Final = 1.0
FUZZY_MIN: Final = 0.86
CONTENT: Final = 0.6
CONTENT_SHARE: Final = 0.8
SAMPLES_MAX: Final = 200

_place = re.compile(r"^(?P<before>.*?)\s*(?P<number>\d{1,2})\s*(?P<after>.*)$")
_email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_phone = re.compile(r"\+?[\d\s()/.-]{6,24}")
_uscc = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_url = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_float = re.compile(r"\d+\.0")
_written_date = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]\d{4}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A column's best claim on a field, between 0 and 1."""

    score: float
    column: int
    to: str


def layout(kind: Kind, header: Sequence[str], samples: Sequence[Sequence[str]]) -> Layout:
    """A first mapping: each field goes to the column with the best claim on it."""
    names = _names(kind)
    claims = [
        claim
        for column, head in enumerate(header)
        for claim in (*_by_head(kind, names, column, head), *_by_content(kind, column, samples))
    ]
    given: dict[int, str] = {}
    taken: set[str] = set()
    for claim in sorted(claims, key=lambda claim: (-claim.score, claim.column, claim.to)):
        if claim.column not in given and claim.to not in taken:
            given[claim.column] = claim.to
            taken.add(claim.to)
    columns = [
        _column(kind, column, given.get(column, ""), _cells(samples, column))
        for column in range(len(header))
    ]
    return Layout(columns)


def _column(kind: Kind, column: int, to: str, cells: Sequence[str]) -> Column:
    found = target(kind, to) if to else None
    kind_of = found.field.type if found and found.field else ""
    return Column(
        column,
        to,
        decimal=_decimal(cells) if kind_of in ("money", "decimal") else "",
        dates=_dates(cells) if kind_of == "date" else "",
        floats=len(cells) > 1 and all(_float.fullmatch(cell) for cell in cells),
    )


def _names(kind: Kind) -> Mapping[str, Sequence[str]]:
    """Word -> targets it may mean, the best first; groups stand with place 1."""
    found: dict[str, list[str]] = {}
    for words_, to in _spoken(kind):
        for word in words_:
            found.setdefault(words.key(word), []).append(to)
    return found


def _spoken(kind: Kind) -> Iterator[tuple[Sequence[str], str]]:
    for special in SPECIAL:
        yield (special.removeprefix("@"),), special
    for field in kind.fields:
        if field.type != "group":
            yield _field_words(field, field.name), field.name
    for special in SPECIAL:
        yield words.COLUMNS.get(special, ()), special
    for group in kind.fields:
        for member in group.fields:
            to = f"{group.name}.1.{member.name}"
            own = _field_words(member, f"{group.name}.{member.name}")
            # A bare word belongs to a group's member where no field of the record claims it.
            yield own, to
            for head in (*group.labels.every, group.name, group.name.rstrip("s")):
                yield [f"{head} {word}" for word in own], to


def _field_words(field: Field, name: str) -> Sequence[str]:
    return (field.name, *field.labels.every, *words.COLUMNS.get(name, ()))


def _by_head(
    kind: Kind, names: Mapping[str, Sequence[str]], column: int, head: str
) -> Iterator[Claim]:
    """By the head of a column: its exact path, a known word, or nearly one."""
    exact = head.strip().lower()
    for to in (exact, f"@{exact}", exact.replace(".id", f".{ELEMENT_ID}")):
        if target(kind, to) is not None:
            yield Claim(SURE + 0.1, column, to)
    word = words.key(head)
    if word not in names:
        word = simplified(word)  # as people in Taiwan and Hong Kong write it
    for place, known, share in _readings(word):
        for rank, to in enumerate(names.get(known, ())):
            yield Claim(share - 0.01 * rank, column, _at(to, place))
    if word and word not in names:
        yield from _nearly(names, column, word)


def _readings(word: str) -> Iterator[tuple[int, str, float]]:
    """The place and the word that a head may mean: ``contact 2 phone``, ``phone 2``."""
    yield 1, word, SURE
    if found := _place.match(word):
        rest = f"{found['before']} {found['after']}".strip()
        yield int(found["number"]), rest, SURE - 0.05
    for place, (_, spoken) in enumerate(words.ELEMENTS.items(), 1):
        for before in spoken:
            if word.startswith(f"{words.key(before)} "):
                yield place, word.removeprefix(words.key(before)).strip(), SURE - 0.1


def _at(to: str, place: int) -> str:
    group, dot, member = to.partition(".1.")
    return f"{group}.{place}.{member}" if dot else to


def _nearly(names: Mapping[str, Sequence[str]], column: int, word: str) -> Iterator[Claim]:
    """A known word with a slip of the finger in it."""
    for known, targets in names.items():
        if len(known) < 5 or abs(len(known) - len(word)) > 3:
            continue
        likeness = SequenceMatcher(None, word, known).ratio()
        if likeness >= FUZZY_MIN:
            yield Claim(likeness - 0.1, column, targets[0])


def _by_content(kind: Kind, column: int, samples: Sequence[Sequence[str]]) -> Iterator[Claim]:
    """By what stands in a column, where its head says nothing."""
    cells = _cells(samples, column)
    for name, test in _SHAPES:
        field = kind.field(name)
        if field is not None and cells:
            share = sum(1 for cell in cells if test(cell)) / len(cells)
            if share >= CONTENT_SHARE:
                yield Claim(CONTENT * share, column, name)


def _is_uscc(cell: str) -> bool:
    return bool(_uscc.fullmatch(cell.upper()))


def _is_tax_id(cell: str) -> bool:
    return bool(vat.is_valid(cell.upper()))


def _is_phone(cell: str) -> bool:
    return bool(_phone.fullmatch(cell)) and 7 <= len(re.sub(r"\D", "", cell)) <= 15


_SHAPES: Final = (
    ("email", lambda cell: bool(_email.fullmatch(cell))),
    ("tax_id", lambda cell: _is_uscc(cell) or _is_tax_id(cell)),
    ("website", lambda cell: bool(_url.fullmatch(cell))),
    ("phone", _is_phone),
)


def _cells(samples: Sequence[Sequence[str]], column: int) -> list[str]:
    """What is written in a column of the first rows."""
    found = (row[column].strip() for row in samples[:SAMPLES_MAX] if column < len(row))
    return [cell for cell in found if cell]


def _decimal(cells: Sequence[str]) -> Literal["", ".", ","]:
    """The sign before the decimals, where the cells of a column leave no doubt."""
    marks = {cell[-3] for cell in cells if len(cell) > 3 and cell[-3] in ".,"}
    marks |= {cell[-2] for cell in cells if len(cell) > 2 and cell[-2] in ".,"}
    return "" if len(marks) != 1 else "," if "," in marks else "."


def _dates(cells: Sequence[str]) -> Literal["", "dmy", "mdy"]:
    """Whether day or month stands first: one value above twelve tells it for all."""
    found = [match for cell in cells if (match := _written_date.match(cell))]
    first = any(int(match[1]) > 12 for match in found)
    second = any(int(match[2]) > 12 for match in found)
    return "dmy" if first and not second else "mdy" if second and not first else ""
