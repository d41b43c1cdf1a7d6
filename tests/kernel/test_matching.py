"""Comparing records trait by trait."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import weights
from gateway.kernel import matching, measures
from gateway.kernel.matching import Matching, Trait
from gateway.kinds.likeness import CUSTOMER

HOW = Matching(
    prior=-2.0,
    blocks=(("name",), ("number",), ("word", "phone")),
    traits=(
        Trait(
            code="name",
            measure=measures.NAME,
            fields=("name", "other"),
            levels=((0.95, 6.0), (0.8, 3.0)),
            differs=-4.0,
        ),
        Trait(
            code="number",
            measure=measures.CODE,
            fields=("number",),
            levels=((1.0, 9.0),),
            differs=-9.0,
            decides=True,
        ),
        Trait(
            code="phone",
            measure=measures.PHONE,
            fields=("phone",),
            levels=((1.0, 4.0),),
            differs=-1.0,
        ),
        Trait(
            code="word",
            measure=measures.WORD,
            fields=("word",),
            levels=((1.0, 1.0),),
            differs=0.0,
        ),
    ),
)


def texts(**values: str | Sequence[str]) -> matching.Profile:
    lists = {name: [v] if isinstance(v, str) else list(v) for name, v in values.items()}
    return matching.profile(HOW.traits, lists)


def test_bits_add_up_to_a_probability() -> None:
    one = texts(name="Nordwind GmbH", phone="+49 30 1234567")
    same = matching.compare(HOW, one, texts(other="nordwind", phone="(030) 123 45 67"))
    assert [(r.code, r.weight) for r in same.reasons] == [("same", 6.0), ("same", 4.0)]
    assert same.score == pytest.approx(1 / (1 + 2**-8))
    assert same.grade == "strong"


def test_what_is_missing_says_nothing() -> None:
    found = matching.compare(HOW, texts(name="Nordwind"), texts(phone="030 1234567"))
    assert found.reasons == ()
    assert found.score == pytest.approx(0.2)
    assert found.grade is None


def test_a_number_that_only_one_can_have_decides() -> None:
    one = texts(name="Nordwind", number="DE 136.695.976")
    found = matching.compare(HOW, one, texts(name="Something else", number="de136695976"))
    assert found.grade == "same"


def test_the_same_phone_and_street_never_decide() -> None:
    assert [trait.code for trait in CUSTOMER.traits if trait.decides] == ["tax_id"]


def test_records_share_a_key_of_every_part_of_a_block() -> None:
    keys = matching.keys(HOW, texts(word=["a", "b"], phone="030 1234567"))
    assert keys == {"word+phone:a|01234567", "word+phone:b|01234567"} - {""} or len(keys) == 2


def test_reasons_hold_no_values() -> None:
    one = texts(name="Secret name", phone="030 1234567")
    told = repr(matching.compare(HOW, one, one).reasons)
    assert "ecret" not in told
    assert "1234567" not in told


def test_the_last_digits_of_a_phone_are_its_key_however_it_is_dialled() -> None:
    form = measures.PHONE.form
    assert form("+49 30 12345678;ext=12") == form("030 12345678") == form("(030) 12345678 转 9")
    assert form("12") is None


def test_a_tax_number_is_one_with_its_country_or_without() -> None:
    form = measures.TAX.form
    assert form("DE 136 695 976") == form("136695976") == "136695976"
    assert form("91310115MA1K35LX0U") == "91310115MA1K35LX0U"


def test_mail_of_one_company_is_alike_and_of_one_provider_is_not() -> None:
    form, alike = measures.EMAIL.form, measures.EMAIL.alike
    assert alike(form("Ute+shop@Nordwind.example"), form("ute@nordwind.example")) == 1.0
    assert alike(form("ute@nordwind.example"), form("eva@nordwind.example")) == 0.6
    assert alike(form("ute@gmail.com"), form("eva@gmail.com")) == 0.0
    assert "@gmail.com" not in list(measures.EMAIL.keys(form("ute@gmail.com")))


def test_a_city_is_one_in_any_script() -> None:
    form = measures.PLACE.form
    assert form("上海市") == form("Shanghai") == form("上海")


def test_houses_of_one_street_are_not_one_address() -> None:
    form, alike = measures.STREET.form, measures.STREET.alike
    assert alike(form("Hauptstraße 12"), form("Hauptstr. 12")) == 1.0
    assert alike(form("Hauptstraße 12"), form("Hauptstraße 13")) < 0.75


MEASURES = (
    measures.NAME, measures.PHONE, measures.EMAIL, measures.CODE, measures.DATE, measures.PERSON,
    measures.WORD, measures.TAX, measures.PLACE, measures.STREET, measures.SITE, measures.BLIND,
)  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
@given(one=st.text(), other=st.text())
def test_every_measure_takes_any_text(measure: measures.Measure, one: str, other: str) -> None:
    ours, theirs = measure.form(one), measure.form(other)
    if ours is None or theirs is None:
        return
    assert 0.0 <= measure.alike(ours, theirs) <= 1.0
    assert measure.alike(ours, ours) == 1.0
    assert measure.alike(ours, theirs) == pytest.approx(measure.alike(theirs, ours))
    assert all(isinstance(key, str) for key in measure.keys(ours))
    assert all(isinstance(text, str) for text in measure.words(ours))


def test_weights_are_learned_from_what_people_have_judged() -> None:
    names = ["Nordwind", "Alpenfeld", "Sternlicht", "Rheinwerk", "Ostbrücke", "Donauhof"]
    known = [texts(name=name, phone=f"030 12345{i}0") for i, name in enumerate(names)]
    judged = [(a, b, a is b) for a in known for b in known]
    fitted = weights.fit(HOW, judged)
    name = fitted.trait("name")
    assert name.levels[0][1] > 2 > -2 > name.differs
    assert fitted.prior < 0
    assert fitted.trait("number").levels[0][1] == 0


names = st.sampled_from(["", "Nordwind GmbH", "nordwind", "Nordwnid", "Südwind AG", "北风有限公司"])
numbers = st.sampled_from(["", "DE136695976", "DE136695977", "ATU99999999"])
phones = st.sampled_from(["", "+49 30 1234567", "030 1234567", "040 7654321"])
short_words = st.sampled_from(["", "one", "two"])
records = st.fixed_dictionaries(
    {"name": names, "number": numbers, "phone": phones, "word": short_words}
)


@given(records, records)
def test_a_comparison_that_may_end_early_comes_to_the_same(
    one: dict[str, str], other: dict[str, str]
) -> None:
    ours, theirs = (texts(**{k: v for k, v in r.items() if v}) for r in (one, other))
    whole = matching.compare(HOW, ours, theirs)
    assert matching.graded(HOW, ours, theirs) == (whole if whole.grade else None)


def test_what_differs_in_short_values_is_not_taken_apart() -> None:
    class Asked:
        def __init__(self, profile: matching.Profile) -> None:
            self.profile, self.codes = profile, set[str]()

        def get(self, code: str, /) -> matching.Values | None:
            self.codes.add(code)
            return self.profile.get(code)

    other = Asked(texts(name="Nordwind", number="ATU99999999", phone="040 7654321"))
    ours = texts(name="Nordwind", number="DE136695976", phone="030 1234567")
    assert matching.graded(HOW, ours, other) is None
    assert other.codes == {"number"}
