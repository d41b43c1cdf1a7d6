"""Customers as Tryton parties: our number is the code, our id stands among the identifiers.

The code is unique there, so two gateways can never make one customer twice. A party found by it
counts as ours only if it also carries our id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gateway.kernel import money
from gateway.kernel.problems import Problem
from sync.erp.canonical import Customer, Reach, customer
from sync.erp.connector import Entry, Refusal
from sync.erp.connectors.tryton.buyers import MARK, PARTY
from sync.erp.connectors.tryton.catalogue import Catalogue
from sync.erp.connectors.tryton.children import Children, Values
from sync.erp.connectors.tryton.client import Client
from sync.erp.pushing import since
from sync.erp.receipt import Receipt, Status

GROUP_MAX = 50  # parties in one creation, which Tryton does all or not at all


def compact(value: object) -> object:
    """A text without what Tryton puts in to make it readable (``+33 4 72 00 00 11``)."""
    return "".join(value.split()) if isinstance(value, str) else value


ADDRESSES = Children(
    "addresses",
    ("party_name", "street", "postal_code", "city", "country", "invoice", "delivery"),
)
MECHANISMS = Children("contact_mechanisms", ("type", "value", "name"), compact)
IDENTIFIERS = Children("identifiers", ("type", "code"), compact)
LISTS = (ADDRESSES, MECHANISMS, IDENTIFIERS)
PLAIN = ("code", "name", "active", "lang", "customer_payment_term", "credit_limit_amount")
FIELDS = (*PLAIN, *(name for children in LISTS for name in children.fields))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A party as it should be: its own values, and each list by our key of the child. ``before`` is
    the same as Tryton had it last.
    """

    entry: Entry
    number: str
    mark: str
    values: Values
    lists: Mapping[Children, Mapping[str, Values]]
    before: "Wanted | None" = None


class Parties:
    """Pushes customers through one client."""

    def __init__(self, client: Client, catalogue: Catalogue) -> None:
        self._client = client
        self._catalogue = catalogue

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per customer entry, in any order."""
        wanted: list[Wanted] = []
        for entry in [entry for entry in entries if entry.op != "merge"]:
            try:
                wanted.append(self._with_before(entry))
            except Problem as problem:
                yield Receipt(entry.seq, "rejected", problem)
            except Refusal as refusal:
                yield refusal.receipt(entry.seq)
        yield from self._settle(wanted)
        # Last, so that the party that stays carries the id of the other one already.
        for entry in [entry for entry in entries if entry.op == "merge"]:
            yield self._retire(entry)

    def _settle(self, wanted: Sequence[Wanted]) -> Iterator[Receipt]:
        stored = self._stored(wanted)
        fresh: list[Wanted] = []
        for one in wanted:
            if one.mark in stored or one.number in stored:
                yield self._revise(one, stored)
            else:
                fresh.append(one)
        for start in range(0, len(fresh), GROUP_MAX):
            yield from self._create(fresh[start : start + GROUP_MAX])

    def _create(self, group: Sequence[Wanted]) -> Iterator[Receipt]:
        """Create parties in one call; where Tryton refuses, halve until the culprit is alone."""
        try:
            made = self._client.create(PARTY, [_creation(one) for one in group])
        except Refusal as refusal:
            if len(group) == 1:
                yield refusal.receipt(group[0].entry.seq)
                return
            middle = len(group) // 2
            yield from self._create(group[:middle])
            yield from self._create(group[middle:])
            return
        rows = {row["id"]: row for row in self._client.find(PARTY, [["id", "in", made]], FIELDS)}
        for one, identity in zip(group, made, strict=True):
            yield _taken(one, rows[identity], is_new=True)

    def _revise(self, one: Wanted, stored: Mapping[str, Mapping[str, Any]]) -> Receipt:
        """Make a party that is there say what we have changed since Tryton had it last."""
        row = stored.get(one.mark)
        if row is None:
            problem = Problem("erp_number_taken", number=one.number, identifier=one.mark)
            return Receipt(one.entry.seq, "rejected", problem)
        changes = _changes(one, row)
        try:
            if changes:
                self._client.update(PARTY, row["id"], changes)
                row = self._client.find(PARTY, [["id", "=", row["id"]], _ANY], FIELDS)[0]
        except Refusal as refusal:
            return refusal.receipt(one.entry.seq)
        return _taken(one, row, is_new=bool(changes))

    def _retire(self, entry: Entry) -> Receipt:
        """Put the party of a record that was merged into another one out of use, if it has one.

        Where the key's user may not do that, a person is told, and nothing else depends on it:
        whoever looks for that customer finds the party that stays.
        """
        own = f"{MARK}{entry.subject}"
        domain = [["identifiers.code", "in", [own]], ["active", "=", True]]
        for row in self._client.find(PARTY, domain, ["code", "identifiers.code"]):
            marks = {child["code"] for child in row["identifiers."]}
            if f"{MARK}{entry.into}" in marks:
                continue
            try:
                self._client.update(PARTY, row["id"], {"active": False})
            except Refusal as refusal:
                return refusal.receipt(entry.seq)
            return Receipt(entry.seq, "accepted", erp_ref=f"{PARTY},{row['id']}")
        return Receipt(entry.seq, "duplicate")

    def _stored(self, wanted: Sequence[Wanted]) -> dict[str, dict[str, Any]]:
        """The parties there are, by our id on them, and by their number whoever they belong to."""
        if not wanted:
            return {}
        marks = [one.mark for one in wanted]
        numbers = [one.number for one in wanted if one.number]
        # Two questions: beside an OR, Tryton leaves out what is inactive whatever is asked for.
        asked = (["identifiers.code", "in", marks], ["code", "in", numbers])
        rows = [row for each in asked for row in self._client.find(PARTY, [each, _ANY], FIELDS)]
        found: dict[str, dict[str, Any]] = {}
        # A party that others were merged into carries their ids too; their own ones come last.
        for row in sorted(rows, key=lambda row: -len(_marks(row))):
            found[row["code"]] = row
            for child in IDENTIFIERS.rows(row):
                found[child["code"]] = row
        return found

    def _with_before(self, entry: Entry) -> Wanted:
        """Beside what Tryton had last; what cannot be said by now is not known."""
        one = self._wanted(entry)
        if entry.before is None:
            return one
        try:
            return replace(one, before=self._wanted(replace(entry, data=entry.before)))
        except (Problem, Refusal):
            return one

    def _wanted(self, entry: Entry) -> Wanted:
        one = customer(entry)
        mark = f"{MARK}{one.id}"
        lists: dict[Children, Mapping[str, Values]] = {
            ADDRESSES: self._addresses(one),
            MECHANISMS: {key: _mechanism(reach) for key, reach in one.reaches.items()},
            IDENTIFIERS: {
                "id": {"type": None, "code": mark},
                **_also(entry.aliases),
                **self._numbers(one),
            },
        }
        return Wanted(entry, one.number, mark, self._values(one), lists)

    def _values(self, one: Customer) -> dict[str, object]:
        """The party's own values. What was never agreed on is left to the ERP."""
        catalogue = self._catalogue
        limit = one.credit_limit
        found = {
            "code": one.number or None,
            "name": one.name,
            "lang": catalogue.language(one.language),
            "customer_payment_term": (
                None if one.terms_days is None else catalogue.terms(one.terms_days)
            ),
            "credit_limit_amount": (
                None if limit is None else money.to_decimal(limit, catalogue.own_currency)
            ),
        }
        named: dict[str, object] = {k: v for k, v in found.items() if v is not None}
        return named | {"active": one.is_active}

    def _addresses(self, one: Customer) -> dict[str, Values]:
        found: dict[str, Values] = {
            key: {
                "party_name": address.recipient,
                "street": address.street,
                "postal_code": address.postal_code,
                "city": address.city,
                "country": self._catalogue.country(address.country),
                "invoice": address.purpose == "billing",
                "delivery": address.purpose == "shipping",
            }
            for key, address in one.addresses.items()
        }
        # Tryton confirms no sale to a party without any address.
        return found or {"none": {"country": self._catalogue.country(one.country)}}

    def _numbers(self, one: Customer) -> dict[str, Values]:
        """The tax number under its own type where Tryton knows one, and the register's."""
        type = f"{one.country.lower()}_vat"
        known = type if type in self._catalogue.tax_id_types else None
        found: dict[str, Values] = {
            "tax_id": {"type": known, "code": one.tax_id},
            "registration": {"type": None, "code": one.registration_number},
        }
        return {key: values for key, values in found.items() if values["code"]}


def _mechanism(reach: Reach) -> Values:
    """Tryton knows no WeChat: such an id is another way to reach somebody, and says which."""
    if reach.type != "wechat":
        return {"type": reach.type, "value": reach.value, "name": reach.name}
    return {"type": "other", "value": reach.value, "name": f"{reach.name} WeChat".strip()}


_ANY = ["active", "in", [True, False]]


def _marks(row: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in IDENTIFIERS.rows(row) if one["code"].startswith(MARK)]


def _also(aliases: Sequence[str]) -> dict[str, Values]:
    """The ids of records that became this one: sales that name them find this party."""
    return {f"alias-{each}": {"type": None, "code": f"{MARK}{each}"} for each in aliases}


def _creation(one: Wanted) -> dict[str, object]:
    lists = {children.field: children.creation(kept) for children, kept in one.lists.items()}
    return {**one.values, **{name: commands for name, commands in lists.items() if commands}}


def _changes(one: Wanted, row: Mapping[str, Any]) -> dict[str, object]:
    # A code is given once. One that differs is the ERP's own, on a party a person linked to ours.
    # Whether it is in use is always said: we may have retired it ourselves, by a merge.
    before = one.before
    kept = since.unchanged(one.values, before.values) - {"active"} if before else frozenset()
    plain = {
        name: value
        for name, value in one.values.items()
        if name not in {"code", *kept} and not _same(row[name], value)
    }
    lists = {
        children.field: children.changes(
            wanted,
            row,
            one.entry.links,
            since.unchanged_in(wanted, before.lists[children]) if before else since.NOTHING,
        )
        for children, wanted in one.lists.items()
    }
    return plain | {name: commands for name, commands in lists.items() if commands}


def _same(theirs: object, ours: object) -> bool:
    """Compare a value of ours with one of Tryton's: amounts are Decimal, booleans 0 and 1."""
    return theirs == (Decimal(str(ours)) if isinstance(theirs, Decimal) else ours)


def _taken(one: Wanted, row: Mapping[str, Any], *, is_new: bool) -> Receipt:
    links: dict[str, str] = {}
    for children, kept in one.lists.items():
        links |= children.links(children.match(kept, row, one.entry.links))
    status: Status = "accepted" if is_new else "duplicate"
    return Receipt(one.entry.seq, status, erp_ref=f"{PARTY},{row['id']}", links=links)
