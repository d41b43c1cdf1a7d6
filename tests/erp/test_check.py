"""A mapping held against an ERP before going live: a sentence for everything that does not fit."""

from pathlib import Path

import pytest

from config.schema import Settings
from gateway.facts.types import DATA_TYPES
from gateway.kinds import site_fields
from gateway.kinds.registry import KINDS
from sync.erp.checking import Checked, checked
from sync.erp.mapping import ours, reading
from sync.erp.pushing.check import Check
from tests.erp.memory import Ledger, MemoryLine

TEXT = Path(__file__).with_name("memory.toml").read_text("utf-8")
SHAPES = ours.shapes(KINDS, DATA_TYPES)


def told(text: str, ledger: Ledger | None = None) -> dict[str, str]:
    """The sentences about a mapping, by what they are about."""
    mapping = reading.parse("memory", text)
    found = Check(MemoryLine(ledger or Ledger())).all(mapping, SHAPES)
    return {problem.code: problem.detail() for problem in found}


def test_a_mapping_that_fits_leaves_nothing_to_say() -> None:
    assert told(TEXT) == {}


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('model = "note"', 'model = "memo"', "mapping_model_unknown", "no model memo"),
        ('model = "mark"', 'model = "stain"', "mapping_model_unknown", "no model stain"),
        ('day = {', 'date = {', "mapping_field_unknown", "note has no field date"),
        ('total = "total"', 'total = "sum"', "mapping_field_unknown", "order has no field sum"),
        ('by = "amount"', 'by = "rate"', "mapping_field_unknown", "tax has no field rate"),
        ('{ use = "sale" }', '{ kind = "sale" }', "mapping_field_unknown", "tax has no field kind"),
        ('name = { from = "name", direction = "out" }\n', "",
         "mapping_field_required", "makes no partner without name"),
        ("title = ", "state = ", "mapping_field_read_only", "nobody write state of order"),
        ("credit_limit = {", "vat2 = {", "mapping_field_unknown", "no field vat2"),
        ('as = "money"', 'as = "text"', "mapping_field_type", "for decimal at the ERP"),
        ('day = { from = "check_in", as = "date" }', 'day = { from = "check_in", as = "instant" }',
         "mapping_field_type", "cannot hold instant"),
        ('link = "country", by = "code" }\ncredit', 'link = "currency", by = "code" }\ncredit',
         "mapping_field_type", "a field for link to country"),
        ('"*" = "other"', '"*" = "elsewhere"', "mapping_choice_unknown",
         "Choose one of invoice, delivery, other"),
        ('draft = ["send"', 'open = ["send"', "mapping_choice_unknown", "no choice open"),
        ('from = "customer", refers', 'from = "costumer", refers', "mapping_source_unknown",
         "reads costumer"),
        ('{outcome}: {note}', '{outcome}: {words}', "mapping_source_unknown", "reads words"),
        ('walk_in = "WALK-IN"', 'walk_in = "NOBODY"', "mapping_value_missing",
         "no customer NOBODY"),
        ('currency = { from = "currency", link', 'currency = { value = "XAU", link',
         "mapping_value_missing", "no currency XAU"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_what_to_do(
    old: str, new: str, code: str, says: str
) -> None:
    assert old in TEXT
    found = told(TEXT.replace(old, new))
    assert code in found
    assert says in found[code]


def test_a_value_that_is_there_twice_is_told() -> None:
    ledger = Ledger()
    ledger.add("currency", code="EUR")
    text = TEXT.replace('currency = { from = "currency", link', 'currency = { value = "EUR", link')
    assert "erp_value_doubtful" in told(text, ledger)


def checked_of(folder: Path, ledger: Ledger, text: str = TEXT) -> list[Checked]:
    """What the command says of a connector named memory."""
    (folder / "memory.toml").write_text(text)
    rows = {"memory": lambda _: (MemoryLine(ledger), 600)}
    names = ["tryton", "memory"]
    return list(checked(folder, Settings(), names, KINDS, rows, folder))


def test_the_command_names_what_answers_and_what_it_takes(tmp_path: Path) -> None:
    takes = ("customer", "sale.completed", "visit.completed")
    assert checked_of(tmp_path, Ledger()) == [Checked("memory", "An ERP in memory", takes, ())]


def test_an_erp_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    (one,) = checked_of(tmp_path, Ledger(is_down=True))
    assert one.answers == ""
    assert "cannot be reached" in one.faults[0]


def test_a_mapping_that_cannot_be_read_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    ledger = Ledger()
    (one,) = checked_of(tmp_path, ledger, TEXT.replace('id = "x_id"', 'idd = "x_id"'))
    assert len(one.faults) == 10
    assert ledger.asked == []


def test_a_sites_own_fields_can_be_mapped() -> None:
    extended = site_fields.extended(
        KINDS, {"customer": {"route": {"type": "text", "label": "Route"}}}, "site.toml"
    )
    shapes = ours.shapes(extended, DATA_TYPES)
    assert "x_route" in shapes["customer"]
    assert "x_route" not in SHAPES["customer"]
