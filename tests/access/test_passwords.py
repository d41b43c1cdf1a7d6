"""Which passwords are accepted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.access import passwords
from gateway.kernel.problems import Problem

LENGTH_MIN = 8


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet harbours",
        "8 Zeichen",
        "correct horse battery staple",
        "密码短语很长很好记",
        "x9" * 64,
    ],
)
def test_it_takes_any_characters_and_at_least_64_of_them(password: str) -> None:
    passwords.check(password, LENGTH_MIN, ("Ana",))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("1234567", "password_short"),
        ("x9" * 65, "password_long"),
        ("password", "password_common"),
        ("PASSWORD1", "password_common"),
        ("Waystation2026", "password_common"),
        ("ana-mueller-1", "password_common"),
        ("CornerShop!", "password_common"),
        ("zzzzzzzzzzzz", "password_common"),
    ],
)
def test_it_refuses_what_somebody_would_try_first(password: str, code: str) -> None:
    with pytest.raises(Problem, match=code):
        passwords.check(password, LENGTH_MIN, ("Ana Mueller", "Corner Shop"))


def test_the_list_holds_at_least_three_thousand() -> None:
    assert len(passwords._common()) >= 3000


def test_the_same_letters_typed_on_another_system_are_the_same_password() -> None:
    stored = passwords.sealed("bru\u0308cken bauen")
    assert passwords.matches(stored, "br\u00fccken bauen")


def test_nobody_has_no_password() -> None:
    assert not passwords.matches(None, "nobody's password")
    assert not passwords.matches("", "")


def test_a_crowd_is_sent_away_instead_of_holding_every_thread() -> None:
    stored = passwords.sealed("seven quiet harbours")

    def sign_in(_: int) -> str:
        try:
            return str(passwords.matches(stored, "seven quiet harbours"))
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(sign_in, range(40)))
    assert set(answers) == {"True", "sign_in_busy"}
    assert passwords.matches(stored, "seven quiet harbours"), "and afterwards all is well again"
