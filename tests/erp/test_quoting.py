"""What an ERP says of a record is told without the values that are for some alone."""

import pytest

from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from sync.erp import quoting

DATA = {
    "legal_name": "Lefort SARL",
    "credit_limit": 1_250_000,
    "contacts": {"e1": {"name": "张三丰", "email": "ute@lefort.example"}},
    "bank_accounts": {"e2": {"iban": "DE89370400440532013000", "holder": "Ute"}},
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00 is wrong", "IBAN [bank_accounts.iban] is wrong"),
        ("de89370400440532013000?", "[bank_accounts.iban]?"),
        ("the limit 12,500.00 is too high", "the limit [credit_limit] is too high"),
        ("limit=12500", "limit=[credit_limit]"),
        ("客户张三丰不存在", "客户[contacts.name]不存在"),
        ("Mail <ute@lefort.example> bounced", "Mail <[contacts.email]> bounced"),
        ("Lefort SARL is blocked", "Lefort SARL is blocked"),
        ("order 912500001 is unknown", "order 912500001 is unknown"),
        ("a Ute is a mountain people", "a Ute is a mountain people"),
    ],
)
def test_a_value_for_some_alone_is_told_as_the_name_of_its_field(said: str, told: str) -> None:
    problem = Problem("erp_rejected", message=said)
    assert quoting.hushed(problem, KINDS["customer"], DATA).params["message"] == told
