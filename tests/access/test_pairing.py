"""Pairing a phone: one invitation, one phone, ten minutes, and a code that nobody guesses."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.pairing import LIFE_MS, MISSES_MAX, Invitation, Pairings, code_of
from gateway.access.users import Change, User, Users
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.access.phone_keys import new_phone, point_of
from tests.cast import PASSWORD

SOURCE = "192.0.2.7"


@pytest.fixture
def invited(pairings: Pairings, ana: User, ben: User) -> Invitation:
    return pairings.issue(ana.id, ben.actor())


def by_token(pairings: Pairings, token: str) -> str:
    try:
        return pairings.claim(token, "", new_phone(), SOURCE).name
    except Problem as problem:
        return problem.code


def by_code(pairings: Pairings, code: str, source: str = SOURCE) -> str:
    try:
        return pairings.claim("", code, new_phone(), source).name
    except Problem as problem:
        return problem.code


@given(
    code=st.text(ids.PAIRING_LETTERS, min_size=8, max_size=8),
    blanks=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(" -–\t")), max_size=4),
    wide=st.booleans(),
    data=st.data(),
)
def test_a_code_is_understood_however_people_type_it(
    code: str, blanks: list[tuple[int, str]], wide: bool, data: st.DataObject
) -> None:
    read_as = {"0": "0Oo", "1": "1iIlL"}
    typed = "".join(data.draw(st.sampled_from(read_as.get(c, c + c.lower()))) for c in code)
    for place, blank in blanks:
        typed = typed[:place] + blank + typed[place:]
    if wide:  # as a Chinese keyboard writes
        typed = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in typed)
    assert code_of(typed) == code


def test_codes_hold_nothing_that_looks_like_something_else_and_differ() -> None:
    codes = [ids.pairing_code() for _ in range(2_000)]
    assert len(set(codes)) == len(codes)
    assert set("".join(codes)) == set(ids.PAIRING_LETTERS)
    assert not set("OILU") & set(ids.PAIRING_LETTERS)
    assert all(code_of(code) == code and len(code) == 8 for code in codes)


def test_either_secret_lets_the_phone_of_that_person_in(
    pairings: Pairings, ana: User, ben: User
) -> None:
    first = pairings.issue(ana.id, ben.actor())
    assert by_token(pairings, first.token) == "Ana"
    second = pairings.issue(ana.id, ben.actor())
    assert by_code(pairings, f" {second.code[:4].lower()} {second.code[4:]}") == "Ana"
    assert pairings.look(second.id).state == "claimed"


def test_neither_secret_stands_in_the_database(invited: Invitation, store: Store) -> None:
    with store.read() as rows:
        kept = rows.one("SELECT token, code FROM pairings")
    assert kept is not None
    assert invited.token.encode() not in kept["token"]
    assert invited.code.encode() not in kept["code"]
    assert len(kept["code"]) == len(kept["token"]) == 32


def test_six_phones_at_once_and_one_is_let_in(pairings: Pairings, invited: Invitation) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = sorted(pool.map(lambda _: by_token(pairings, invited.token), range(6)))
    assert results == ["Ana", *["pairing_over"] * 5]
    assert by_code(pairings, invited.code) == "pairing_code_wrong", "the code went with the token"


def test_a_phone_whose_answer_was_lost_may_ask_again_and_no_other(
    pairings: Pairings, invited: Invitation
) -> None:
    phone = new_phone()
    assert pairings.claim(invited.token, "", phone, SOURCE).name == "Ana"
    assert pairings.claim(invited.token, "", phone, SOURCE).name == "Ana"
    forged = new_phone(id=phone.id)
    with pytest.raises(Problem, match="pairing_over"):
        pairings.claim(invited.token, "", forged, SOURCE)


def test_an_id_of_another_phone_lets_nobody_in_and_the_invitation_stays_open(
    pairings: Pairings, invited: Invitation, ben: User, ana: User, users: Users
) -> None:
    phone = new_phone()
    pairings.claim(invited.token, "", phone, SOURCE)
    again = pairings.issue(ana.id, ben.actor())
    with pytest.raises(Problem, match="pairing_over"):
        pairings.claim(again.token, "", new_phone(id=phone.id), SOURCE)
    assert by_token(pairings, again.token) == "Ana"


@pytest.mark.parametrize("after_ms", [LIFE_MS, 24 * 3600 * 1000, -1])
def test_it_is_over_after_ten_minutes_and_when_the_clock_was_set_back(
    pairings: Pairings, invited: Invitation, clock: ManualClock, after_ms: int
) -> None:
    clock.set(clock.now_ms() + after_ms)
    assert by_token(pairings, invited.token) == "pairing_over"
    assert by_code(pairings, invited.code) == "pairing_code_wrong"
    assert pairings.look(invited.id).state == "over"


def test_it_is_good_until_the_last_moment(
    pairings: Pairings, invited: Invitation, clock: ManualClock
) -> None:
    clock.advance(LIFE_MS - 1)
    assert pairings.look(invited.id).state == "open"
    assert by_code(pairings, invited.code) == "Ana"


def test_a_newer_invitation_of_the_same_person_ends_the_older(
    pairings: Pairings, invited: Invitation, ana: User, ben: User
) -> None:
    newer = pairings.issue(ana.id, ben.actor())
    assert by_token(pairings, invited.token) == "pairing_over"
    assert by_token(pairings, newer.token) == "Ana"


def test_one_that_was_withdrawn_lets_nobody_in(pairings: Pairings, invited: Invitation) -> None:
    pairings.withdraw(invited.id)
    assert by_token(pairings, invited.token) == "pairing_over"
    with pytest.raises(Problem, match="pairing_unknown"):
        pairings.look(invited.id)


def test_a_thousand_guesses_from_one_address_are_slowed_down_and_none_is_right(
    pairings: Pairings, invited: Invitation, clock: ManualClock
) -> None:
    results = [by_code(pairings, ids.pairing_code()) for _ in range(1_000)]
    assert set(results) == {"pairing_code_wrong", "throttled"}
    assert results.count("pairing_code_wrong") == 5
    # Whoever waits as told gets little further before the code is over.
    tries = 5
    while pairings.look(invited.id).state == "open":
        clock.advance(1_000)
        tries += by_code(pairings, ids.pairing_code()) == "pairing_code_wrong"
    assert tries < 16


def test_a_thousand_guesses_from_a_thousand_addresses_kill_the_code_and_leave_the_qr_code(
    pairings: Pairings, invited: Invitation
) -> None:
    for number in range(1_000):
        source = f"192.0.2.{number}"
        assert by_code(pairings, ids.pairing_code(), source) == "pairing_code_wrong"
    assert by_code(pairings, invited.code, "198.51.100.1") == "pairing_code_wrong"
    assert by_token(pairings, invited.token) == "Ana"


def test_the_last_guess_that_counts_may_be_the_right_one(
    pairings: Pairings, invited: Invitation
) -> None:
    for number in range(MISSES_MAX - 1):
        by_code(pairings, ids.pairing_code(), f"192.0.2.{number}")
    assert by_code(pairings, invited.code, "198.51.100.1") == "Ana"


def test_a_manager_pairs_reps_clerks_and_the_own_phone_alone(
    pairings: Pairings, users: Users, ana: User, ben: User
) -> None:
    cleo = users.add("Cleo", "clerk", PASSWORD)
    fay = users.add("Fay", "finance", PASSWORD)
    ada = users.add("Ada", "admin", PASSWORD)
    assert {user.name for user in pairings.may_pair(ben.actor())} == {"Ana", "Ben", "Cleo"}
    for user in (ana, ben, cleo):
        assert pairings.issue(user.id, ben.actor()).user.id == user.id
    for user in (fay, ada):
        with pytest.raises(Problem, match="pairing_not_allowed"):
            pairings.issue(user.id, ben.actor())
        assert pairings.issue(user.id, ada.actor())


def test_nobody_who_was_disabled_is_let_in(
    pairings: Pairings, invited: Invitation, users: Users, ana: User, ben: User
) -> None:
    users.change(ana.id, Change(disabled=True))
    assert by_token(pairings, invited.token) == "pairing_over"
    with pytest.raises(Problem, match="pairing_not_allowed"):
        pairings.issue(ana.id, ben.actor())


@pytest.mark.parametrize("point", [b"", b"\x04" + b"\x01" * 64, bytes(65)])
def test_a_key_that_is_no_point_on_the_curve_is_refused_before_anything(
    pairings: Pairings, invited: Invitation, point: bytes
) -> None:
    with pytest.raises(Problem, match="phone_key_unfit"):
        pairings.claim(invited.token, "", new_phone(public_key=point), SOURCE)
    assert pairings.look(invited.id).state == "open"


def test_a_point_of_another_curve_and_a_compressed_one_are_refused(
    pairings: Pairings, invited: Invitation
) -> None:
    for key in (ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256K1())):
        with pytest.raises(Problem, match="phone_key_unfit"):
            pairings.claim(invited.token, "", new_phone(public_key=point_of(key)), SOURCE)
    whole = point_of(ec.generate_private_key(ec.SECP256R1()))
    short = bytes([2 + whole[-1] % 2]) + whole[1:33]
    with pytest.raises(Problem, match="phone_key_unfit"):
        pairings.claim(invited.token, "", new_phone(public_key=short), SOURCE)


def test_a_name_that_cannot_be_shown_is_refused(pairings: Pairings, invited: Invitation) -> None:
    for name in ("", "a\nb", "x" * 61):
        with pytest.raises(Problem, match="form_invalid"):
            pairings.claim(invited.token, "", new_phone(name=name), SOURCE)
