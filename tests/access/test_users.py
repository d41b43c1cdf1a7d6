"""People: adding, signing in, changing, and what the journal says about it."""

import time

import pytest

from gateway.access.users import Change, Users, human_of
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.cast import PASSWORD, World

SOURCE = "192.0.2.7"


def codes(problem: Problem) -> dict[str, str]:
    return {error.pointer: error.code for error in problem.errors}


def test_a_person_signs_in_with_the_name_in_any_case(users: Users) -> None:
    ana = users.add(" Ana Müller ", "rep", PASSWORD, "north", language="zh-CN")
    actor = users.verify("ANA MÜLLER", PASSWORD, SOURCE)
    assert (actor.id, actor.name, actor.role) == (ana.id, "Ana Müller", "rep")
    assert (actor.territory, actor.language) == ("north", "zh-CN")


def test_the_password_is_kept_as_argon2id_only(users: Users, store: Store) -> None:
    users.add("Ana", "rep", PASSWORD)
    with store.read() as rows:
        kept = rows.value("SELECT password FROM users")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(("name", "password"), [("Ana", "wrong words"), ("Nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    users: Users, name: str, password: str
) -> None:
    users.add("Ana", "rep", PASSWORD)
    with pytest.raises(Problem) as refused:
        users.verify(name, password, SOURCE)
    assert refused.value.document() == Problem("credentials_wrong").document()


def test_an_unknown_name_costs_as_much_work_as_a_known_one(users: Users) -> None:
    users.add("Ana", "rep", PASSWORD)
    work(users, "Nobody", "192.0.2.9")  # the first makes the hash that stands for nobody's
    assert work(users, "Nobody", "192.0.2.1") > work(users, "Ana", "192.0.2.2") / 3


def work(users: Users, name: str, source: str) -> int:
    """Processor time of this thread in nanoseconds: other programs do not count."""
    began = time.thread_time_ns()
    with pytest.raises(Problem, match="credentials_wrong"):
        users.verify(name, "wrong words", source)
    return time.thread_time_ns() - began


def test_every_fault_of_a_new_person_is_told_at_once(users: Users) -> None:
    with pytest.raises(Problem) as refused:
        users.add("", "king", "short", "x" * 81, language="tlh")
    assert refused.value.code == "form_invalid"
    assert codes(refused.value) == {
        "/name": "name_malformed",
        "/role": "role_unknown",
        "/territory": "name_malformed",
        "/language": "language_unknown",
        "/password": "password_short",
    }


def test_two_people_cannot_have_the_same_name(users: Users) -> None:
    users.add("Ana", "rep", PASSWORD)
    with pytest.raises(Problem, match="name_taken"):
        users.add("ana ", "clerk", PASSWORD)


@pytest.mark.parametrize("role", ["pos", "system", "public", "local"])
def test_a_person_cannot_be_given_a_role_of_machines(users: Users, role: str) -> None:
    with pytest.raises(Problem, match="role_unknown"):
        users.add("Ana", role, PASSWORD)


def test_a_disabled_person_cannot_sign_in(users: Users) -> None:
    ana = users.add("Ana", "rep", PASSWORD)
    users.change(ana.id, Change(disabled=True))
    with pytest.raises(Problem, match="credentials_wrong"):
        users.verify("Ana", PASSWORD, SOURCE)


def test_the_last_administrator_cannot_be_taken_away(users: Users) -> None:
    ada = users.add("Ada", "admin", PASSWORD)
    for change in (Change(disabled=True), Change(role="clerk")):
        with pytest.raises(Problem, match="admin_last"):
            users.change(ada.id, change)
    users.add("Alf", "admin", PASSWORD)
    assert users.change(ada.id, Change(role="clerk")).role == "clerk"


def test_a_refused_change_changes_nothing_at_all(users: Users) -> None:
    ada = users.add("Ada", "admin", PASSWORD)
    with pytest.raises(Problem, match="admin_last"):
        users.change(ada.id, Change(role="clerk", password="another fine phrase"))
    with pytest.raises(Problem, match="password_short"):
        users.change(ada.id, Change(territory="north", password="short"))
    assert users.get(ada.id).territory == ""
    assert users.verify("Ada", PASSWORD, SOURCE).role == "admin"


@pytest.mark.parametrize("identity", ["", "nonsense", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_somebody_who_does_not_exist_cannot_be_changed(users: Users, identity: str) -> None:
    with pytest.raises(Problem, match="user_unknown"):
        users.change(identity, Change(role="clerk"))


def test_people_who_know_their_password_choose_another(users: Users) -> None:
    ana = users.add("Ana", "rep", PASSWORD).actor()
    with pytest.raises(Problem, match="credentials_wrong"):
        users.change_password(ana, "not it", "another fine phrase", SOURCE)
    users.change_password(ana, PASSWORD, "another fine phrase", SOURCE)
    assert users.verify("Ana", "another fine phrase", SOURCE).id == ana.id


def test_all_accounts_of_a_person_are_known_as_one_human_being(users: Users, store: Store) -> None:
    ana, boss, till = (users.add(n, "rep", PASSWORD) for n in ("Ana", "Ana as boss", "Ana at till"))
    assert users.get(ana.id).actor().human == ana.id
    users.change(till.id, Change(person=boss.id))
    users.change(boss.id, Change(person=ana.id))
    found = [users.get(user.id) for user in (ana, boss, till)]
    assert [user.person for user in found] == ["", ana.id, ana.id]
    assert {user.actor().human for user in found} == {ana.id}
    with store.read() as rows:
        assert {human_of(rows, user.id) for user in found} == {ana.id}
        assert human_of(rows, "erp") == "erp"
    # Whichever way round it is said, nobody becomes an account of themselves.
    users.change(ana.id, Change(person=till.id))
    assert {users.get(user.id).actor().human for user in found} == {ana.id}
    users.change(till.id, Change(person=""))
    assert users.get(till.id).actor().human == till.id


def test_an_account_of_nobody_cannot_be_named(users: Users) -> None:
    ana = users.add("Ana", "rep", PASSWORD)
    with pytest.raises(Problem, match="user_unknown"):
        users.change(ana.id, Change(person="01890a5d-ac96-774b-bcce-b302099a8057"))


def test_the_journal_names_fields_and_ids_but_no_values(world: World) -> None:
    ana = world.parts.users.add("Ana", "rep", PASSWORD, "Nordkap", actor=world.actor("ada"))
    world.parts.users.change(ana.id, Change(territory="Nordsee", password="another fine phrase"))
    entries = world.journal("access.user_")[1:]  # the first made Ada
    assert [entry["type"] for entry in entries] == ["access.user_added", "access.user_changed"]
    assert [entry["subject"] for entry in entries] == [ana.id, ana.id]
    assert entries[0]["actor"] == world.actor("ada").id
    assert b'"fields":["password","territory"]' in entries[1]["body"]
    written = b"".join(entry["body"] for entry in entries)
    assert not any(word in written for word in (b"Ana", b"Nord", b"argon", b"phrase"))
