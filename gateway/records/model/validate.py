"""Checking a whole record: every problem at once, each with its pointer (pure)."""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from gateway.kernel import countries
from gateway.kernel.problems import Problem
from gateway.records.model import checks, constraints
from gateway.records.model.constraints import is_empty
from gateway.records.model.fields import ELEMENTS_MAX, Data, Field, Path
from gateway.records.model.patch import pointer

_element_id: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclasses.dataclass(frozen=True, slots=True)
class Home:
    """The gateway's own country, currency and language: what a record says nothing about.

    ``today`` is the latest date anywhere on earth; empty judges no date by it.
    """

    country: str = "DE"
    currency: str = "EUR"
    language: str = "en"
    today: str = ""


@dataclasses.dataclass(slots=True)
class Findings:
    """``data`` in stored form with everything that passed; problems refuse, warnings only tell.

    ``typed`` is what was written in another form than it is stored, by place.
    """

    data: Data = dataclasses.field(default_factory=dict)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    warnings: list[Problem] = dataclasses.field(default_factory=list)
    typed: Mapping[str, str] = dataclasses.field(default_factory=dict)


def check(
    fields: Sequence[Field],
    data: Mapping[str, object],
    home: Home,
    *,
    only: Collection[str] | None = None,
) -> Findings:
    """The findings about a record's data, or about the fields named in ``only``."""
    findings = Findings()
    for name in data.keys() - {field.name for field in fields}:
        findings.problems.append(Problem("field_unknown", pointer=pointer((name,)), name=name[:60]))
    walk = _Walk(data, home, findings)
    judged = [field for field in fields if only is None or field.name in only]
    findings.data = walk.members(judged, data, ())
    return findings


def defaults(fields: Sequence[Field], home: Home) -> Data:
    """What a creation starts from."""
    return {field.name: default(field, home) for field in fields if field.default is not None}


def default(field: Field, home: Home) -> object:
    """A field's default with the gateway's own country, currency and language filled in."""
    if not isinstance(field.default, str):
        return field.default
    own = {
        "country": home.country,
        "currency": home.currency,
        "language": home.language,
        "today": home.today,
    }
    return field.default.format_map(own)


def refusal(problems: Sequence[Problem]) -> Problem:
    """One problem that carries them all, in the order of their pointers."""
    ordered = sorted(problems, key=lambda problem: (problem.pointer, problem.code))
    return Problem("record_invalid", errors=ordered, count=len(ordered))


class _Walk:
    def __init__(self, data: Mapping[str, object], home: Home, findings: Findings) -> None:
        self.data = data
        self.home = home
        self.findings = findings

    def members(self, fields: Sequence[Field], data: Mapping[str, object], path: Path) -> Data:
        """The stored form of one object's fields; empty ones are left out."""
        kept: Data = {}
        for field in fields:
            given = data.get(field.name)
            if given is None and not field.required:
                continue  # most fields of most records
            place = (*path, field.name)
            if not constraints.applies(field, data, self.data):
                if not is_empty(given):
                    self._refuse(Problem("field_not_applicable", field=field.when[0]), place)
                continue
            stored = None if is_empty(given) else self._one(field, given, data, place)
            if not is_empty(stored):
                kept[field.name] = stored
            elif field.required and not self._is_refused(place):
                self._refuse(Problem("field_required"), place)
        self.findings.problems += constraints.wanting(fields, kept, data, path)
        return kept

    def _one(
        self, field: Field, given: object, siblings: Mapping[str, object], path: Path
    ) -> object:
        if field.type == "group":
            return self._group(field, given, path)
        try:
            stored, warning = checks.value(field, given, self._country(field, siblings))
            self._check_day(field, stored)
        except Problem as problem:
            self._refuse(problem, path)
            return None
        if warning:
            self.findings.warnings.append(Problem(warning, pointer=pointer(path)))
        return stored

    def _group(self, field: Field, given: object, path: Path) -> object:
        if not isinstance(given, Mapping):
            self._refuse(Problem("value_type", expected="object"), path)
            return None
        if len(given) > ELEMENTS_MAX:
            self._refuse(Problem("elements_too_many", count_max=ELEMENTS_MAX), path)
            return None
        kept: Data = {}
        for element, members in given.items():
            place = (*path, element)
            if not _element_id.fullmatch(element):
                self._refuse(Problem("element_id_invalid"), place)
            elif field.keys and element not in [key.value for key in field.keys]:
                names = ", ".join(key.value for key in field.keys)
                self._refuse(Problem("element_unknown", name=element, names=names), place)
            elif not isinstance(members, Mapping):
                self._refuse(Problem("value_type", expected="object"), place)
            elif not all(is_empty(value) for value in members.values()):
                kept[element] = self._element(field, members, place)
        self.findings.problems += constraints.doubled(field.constraints, kept, path)
        return kept

    def _element(self, field: Field, members: Mapping[str, object], path: Path) -> Data:
        for name in members.keys() - {member.name for member in field.fields}:
            self._refuse(Problem("field_unknown", name=name[:60]), (*path, name))
        self.findings.problems += constraints.unmet(field.constraints, members, path)
        return self.members(field.fields, members, path)

    def _check_day(self, field: Field, stored: object) -> None:
        if field.past and self.home.today and str(stored) > self.home.today:
            raise Problem("date_future")

    def _country(self, field: Field, siblings: Mapping[str, object]) -> str:
        if not field.country_field:
            return self.home.country
        for place in (siblings, self.data):
            code = place.get(field.country_field)
            if isinstance(code, str) and code.strip().upper() in countries.COUNTRIES:
                return code.strip().upper()
        return self.home.country

    def _refuse(self, problem: Problem, path: Path) -> None:
        problem.pointer = pointer(path)
        self.findings.problems.append(problem)

    def _is_refused(self, path: Path) -> bool:
        return any(problem.pointer == pointer(path) for problem in self.findings.problems)
