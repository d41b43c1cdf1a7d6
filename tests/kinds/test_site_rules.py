"""A site's rules of survivorship: read with plain sentences, or not at all."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.load import load
from gateway.kinds import site_fields
from gateway.kinds.registry import KINDS
from gateway.kinds.site_rules import RulesRefused, extended
from gateway.records.model.survivorship import MERGED, Claim, Rule

CUSTOMER = KINDS["customer"]


def rules(text: str) -> Any:
    tables = tomllib.loads(text)
    return extended(KINDS, tables["survivorship"], "site.toml")["customer"].survivorship


def refused(line: str) -> str:
    with pytest.raises(RulesRefused) as caught:
        rules(f"[survivorship.customer]\n{line}\n")
    return str(caught.value)


def test_a_list_of_channels_is_an_order_with_equals() -> None:
    named = rules('[survivorship.customer]\nphone = ["erp", ["shop", "rep"], "web"]\n').by_name
    assert named["phone"] == Rule((("erp",), ("shop", "rep"), ("web",)))
    weights = [named["phone"].weight(Claim(one)) for one in ("erp", "shop", "rep", "web", "import")]
    assert weights == sorted(weights, reverse=True)
    assert weights[1] == weights[2] > weights[3] > weights[4]


def test_a_table_says_what_becomes_of_the_lower_value() -> None:
    found = rules(
        '[survivorship.customer.credit_limit]\nchannels = ["erp", "shop"]\nlower = "history"\n'
        '[survivorship.customer.email]\nchannels = ["shop", "web"]\nnewest = true\n'
    ).by_name
    assert found["credit_limit"] == Rule((("erp",), ("shop",)), lower="history")
    assert found["email"] == Rule((("shop",), ("web",)), newest=True)


def test_a_word_lets_the_newest_stand_or_turns_the_rule_of_the_house_off() -> None:
    found = rules('[survivorship.customer]\nphone = "newest"\n"*" = "merge"\n')
    assert found.by_name["phone"] == Rule(newest=True, lower="history")
    assert found.by_name["*"] == MERGED
    assert found.of(CUSTOMER.fields, ("email",)) is None
    assert found.of(CUSTOMER.fields, ("phone",)) is not None


def test_the_nearest_rule_counts() -> None:
    found = rules(
        '[survivorship.customer]\ncontacts = ["shop"]\n"contacts.phone" = ["rep"]\n"*" = ["erp"]\n'
    )

    def top(*path: str) -> str:
        rule = found.of(CUSTOMER.fields, path)
        return rule.ranks[0][0] if rule else ""

    assert top("contacts", "c1", "phone") == "rep"
    assert top("contacts", "c1", "name") == top("contacts", "c1") == "shop"
    assert top("phone") == top("addresses", "a1") == "erp"
    assert top("consents", "marketing-email") == top("tags") == top("balance") == ""


def test_rules_of_the_house_stay_where_a_site_says_nothing() -> None:
    found = rules('[survivorship.customer]\nphone = ["erp"]\n')
    said = {name: origin for name, _, origin in found.named()}
    assert said == {"phone": "site.toml", "*": ""}


def test_a_site_s_own_field_can_have_a_rule(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        '[fields.customer.route]\ntype = "text"\nlabel = "Route"\n'
        '[survivorship.customer]\nx_route = ["rep", "shop"]\n'
    )
    settings = load(tmp_path, environ={})
    kinds = extended(site_fields.extended(KINDS, *settings.site_fields), *settings.survivorship)
    assert "x_route" in kinds["customer"].survivorship.by_name


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'telephone = ["erp"]',
            'a field of customer, a member of a group such as "contacts.phone"',
        ),
        ('"contacts.fone" = ["erp"]', "a field of customer"),
        ('phone = ["erp", "fax"]', "a list of channels from the highest down"),
        ('phone = ["erp", "erp"]', "each of them once"),
        ("phone = []", "a list of channels"),
        ('phone = "latest"', 'or "newest", or "merge"'),
        ("phone = 7", "a list of channels"),
        ('phone = { channels = "erp" }', "a list of channels"),
        ('phone = { channels = ["erp"], lower = "gone" }', '"suggest" or "history"'),
        ('phone = { channels = ["erp"], newest = 1 }', "true or false"),
        ('phone = { chanels = ["erp"] }', "channels, newest or lower as the key"),
        ('phone = { lower = "history" }', "channels, or newest = true,"),
        ('"addresses.city" = ["erp"]', "addresses as a whole, which is merged as one,"),
        ('consents = ["erp"]', "of two consents the stricter one holds"),
        ('balance = ["shop"]', "what the ERP owns nobody else sets"),
        ('tags = ["shop"]', "of lists and notes both sides are kept"),
    ],
)
def test_what_cannot_be_accepted_is_told_with_key_value_expectation_and_file(
    line: str, expected: str
) -> None:
    sentence = refused(line)
    assert sentence.startswith("survivorship.customer.")
    assert sentence.endswith(" is expected.")
    assert expected in sentence
    assert "(from site.toml) is refused: " in sentence
    assert line.split(" = ")[0] in sentence


def test_every_fault_is_told_at_once() -> None:
    sentences = refused('phone = 1\nfax = "never"\n"*" = ["moon"]').splitlines()
    assert len(sentences) == 3


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(
        RulesRefused, match=r'survivorship\.client = .* "customer" or "delivery" or '
    ):
        rules('[survivorship.client]\nphone = ["erp"]\n')
    with pytest.raises(RulesRefused, match="a table with a rule for each field is expected"):
        extended(KINDS, {"customer": ["erp"]}, "site.toml")
