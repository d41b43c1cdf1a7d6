"""What somebody changed at the ERP between two rounds is heard before a push writes over it."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pytest

from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.store.database import Store
from sync.erp.bringing.plan import sources
from sync.erp.bringing.rounds import Bring
from sync.erp.connector import Entry, Outcome, Refusal, Trouble
from sync.erp.mapping import reading
from sync.erp.receipt import Receipt
from sync.erp.rounds.listening import Listening
from tests.erp.bringing.far import MAPPING, Far, FarLine
from tests.erp.shop import BEN, Shop

HOUR_MS = 3_600_000
PLAN = sources(reading.parse("far", MAPPING), KINDS)


class Writer:
    """The way out: it makes a party say what our record says, as whole records are pushed."""

    name = "far"
    takes = ("customer",)

    def __init__(self, far: Far) -> None:
        self._far = far
        self.dies = False

    def probe(self) -> str:
        return "far"

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        for entry in entries:
            said = {"name": entry.data["legal_name"], "vat": entry.data.get("tax_id")}
            there = [m for m in self._far.rows.get("mark", {}).values()
                     if m["text"] == f"waystation:{entry.subject}"]  # fmt: skip
            if there:
                ref = there[0]["party"]
                self._far.change("party", ref, **said)
            else:
                ref = self._far.party(str(said["name"]), vat=said["vat"])
                self._far.add("mark", party=ref, text=f"waystation:{entry.subject}")
            if self.dies:
                raise Trouble(Problem("erp_silent"), is_unsure=True)
            yield Receipt(entry.seq, "accepted", erp_ref=f"party,{ref}")

    def tidy(self) -> None:
        pass


class Desk:
    """A shop, an ERP far away that is pushed to and read, and one customer that both have."""

    def __init__(self, store: Store) -> None:
        self.far, self.shop = Far(), Shop(store)
        self.writer = Writer(self.far)
        self.erp = self.shop.erp(Listening(self.writer, self.hear))
        restraint = self.erp.runs["far"].restraint
        engine = lambda: self.shop.records.engine  # noqa: E731
        self.bring = Bring(store, engine, FarLine(self.far), restraint, PLAN)
        self.customer = self.shop.customer("Lefort")
        self.push()
        self.party = next(iter(self.far.rows["party"]))

    def hear(self, entries: Sequence[Entry]) -> Mapping[int, Problem]:
        return self.bring.hear(entries)

    def push(self) -> Problem | None:
        self.shop.store.clock.advance(HOUR_MS)
        return self.erp.round()

    def there(self, name: str) -> object:
        return self.far.rows["party"][self.party][name]

    def here(self, name: str) -> object:
        return self.shop.record(self.customer)["data"].get(name)

    def waits(self) -> list[str]:
        return [one.problem.code for one in self.erp.held(BEN) if one.problem]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_change_of_another_field_there_survives_a_push_that_comes_before_the_next_round(
    desk: Desk,
) -> None:
    desk.far.change("party", desk.party, name="Lefort et Fils")
    desk.shop.edit(desk.customer, {"notes": "Rings twice"})
    desk.push()
    assert desk.waits() == ["erp_spoke_first"]
    assert (desk.there("name"), desk.here("legal_name")) == ("Lefort et Fils", "Lefort et Fils")
    desk.push()
    assert desk.waits() == []
    assert (desk.there("name"), desk.here("notes")) == ("Lefort et Fils", "Rings twice")


def test_a_change_of_the_same_field_on_both_sides_is_before_a_person_with_both_values(
    desk: Desk,
) -> None:
    desk.far.change("party", desk.party, name="Lefort et Fils")
    desk.shop.edit(desk.customer, {"legal_name": "Lefort SARL"})
    desk.push()
    desk.push()
    assert desk.waits() == []
    (conflict,) = desk.shop.records.conflicts(BEN)
    assert {conflict["current"], conflict["proposed"]} == {"Lefort SARL", "Lefort et Fils"}


def test_what_we_wrote_ourselves_is_no_word_of_the_erp_even_without_a_receipt(desk: Desk) -> None:
    desk.shop.edit(desk.customer, {"legal_name": "Lefort SARL"})
    desk.writer.dies = True
    assert desk.push() is not None
    assert desk.there("name") == "Lefort SARL"
    desk.writer.dies = False
    version = desk.shop.record(desk.customer)["version"]
    assert desk.push() is None
    assert desk.waits() == []
    assert desk.shop.record(desk.customer)["version"] == version


def test_a_row_whose_new_word_cannot_be_taken_is_not_written_over(desk: Desk) -> None:
    desk.bring.round()
    desk.far.change("party", desk.party, name="Lefort et Fils", vat="no tax number")
    desk.shop.edit(desk.customer, {"notes": "Rings twice"})
    desk.push()
    assert desk.waits() == ["erp_row_refused"]
    assert desk.there("name") == "Lefort et Fils"
    desk.far.change("party", desk.party, vat=None)
    desk.push()
    desk.push()
    assert desk.waits() == []
    assert (desk.there("name"), desk.here("legal_name")) == ("Lefort et Fils", "Lefort et Fils")


@pytest.mark.parametrize("is_refused", [True, False])
def test_an_erp_that_cannot_be_asked_is_not_written_to(desk: Desk, is_refused: bool) -> None:
    def silent(_model: str) -> None:
        problem = Problem("erp_silent")
        raise Refusal(Outcome.NEEDS_PERSON, problem) if is_refused else Trouble(problem)

    desk.far.before = silent
    desk.shop.edit(desk.customer, {"legal_name": "Lefort SARL"})
    ended = desk.push()
    assert desk.there("name") == "Lefort"
    assert (desk.waits() or [ended and ended.code]) == ["erp_silent"]
    desk.far.before = lambda _: None
    desk.push()
    assert desk.there("name") == "Lefort SARL"


def test_a_record_that_nobody_changed_there_goes_out_at_once(desk: Desk) -> None:
    desk.far.change("party", desk.party, owed=Decimal("12.50"))  # that is the ERP's alone
    desk.shop.edit(desk.customer, {"legal_name": "Lefort SARL"})
    assert desk.push() is None
    assert (desk.there("name"), desk.waits()) == ("Lefort SARL", [])
