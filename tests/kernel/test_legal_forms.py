"""Company names, taken apart at their legal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel.legal_forms import CHINESE, spelled, split


@pytest.mark.parametrize(
    ("name", "core", "form"),
    [
        ("Acme Trading Co., Ltd.", "Acme Trading", "Co., Ltd."),
        ("acme gmbh & co. kg", "acme", "gmbh & co. kg"),
        ("Kowalski sp. z o.o.", "Kowalski", "sp. z o.o."),
        ("Novo Nordisk A/S", "Novo Nordisk", "A/S"),
        ("Tesla, Inc.", "Tesla", "Inc."),
        ("Muster UG (haftungsbeschränkt)", "Muster", "UG (haftungsbeschränkt)"),
        ("华新科技有限公司", "华新科技", "有限公司"),
        ("华新科技集团股份有限公司", "华新科技", "集团股份有限公司"),
        ("株式会社日立", "日立", "株式会社"),
        ("Corner Cafe", "Corner Cafe", ""),
        ("Casa sa", "Casa sa", ""),
        ("Ltd", "Ltd", ""),
        ("公司", "公司", ""),
        ("上海华新科技有限公司浦东分公司", "上海华新科技有限公司浦东分公司", ""),
    ],
)
def test_a_name_is_split_at_its_legal_form(name: str, core: str, form: str) -> None:
    assert split(name) == (core, form)


@pytest.mark.parametrize(
    ("form", "usual"),
    [
        ("gmbh", "GmbH"),
        ("GMBH & CO. KG", "GmbH & Co. KG"),
        ("CO., LTD.", "Co., Ltd."),
        ("LTD", "Ltd"),
        ("llc", "LLC"),
        ("e.k.", "e.K."),
        ("S.r.l.", "S.r.l."),
        ("GmbH", "GmbH"),
        ("Gmbh", "Gmbh"),
        ("有限公司", "有限公司"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_form_is_written_in_its_usual_case_where_it_was_in_one_case_only(
    form: str, usual: str
) -> None:
    assert spelled(form) == usual


@given(st.text(min_size=1, max_size=40))
def test_the_parts_of_a_name_lie_in_it_and_the_core_is_never_empty(name: str) -> None:
    core, form = split(name)
    assert core
    assert core in name
    assert form in name


@given(st.sampled_from(["gmbh", "LTD", "co., ltd.", "S.P.A.", "oü", *CHINESE]))
def test_a_usual_spelling_stays(form: str) -> None:
    assert spelled(spelled(form)) == spelled(form)
