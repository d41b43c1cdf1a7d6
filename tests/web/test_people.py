"""The administrator's lists, and everybody's own password."""

from gateway.kernel.clock import ManualClock, to_iso
from tests.cast import PASSWORD, World


def test_an_administrator_adds_a_person_who_can_sign_in(world: World) -> None:
    new = {"name": "Kim", "role": "rep", "password": PASSWORD, "territory": "west"}
    answer = world.ada.post("/api/v1/users", new)
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["territory"], answer.json["disabled"]) == ("west", False)
    assert "password" not in answer.text
    signed_in = world.nobody.post("/api/v1/session", {"name": "kim", "password": PASSWORD})
    assert signed_in.status_code == 200


def test_the_list_names_everybody_and_no_password(world: World) -> None:
    world.actor("ana")
    answer = world.udo.get("/api/v1/users")
    assert answer.json is not None
    assert [user["name"] for user in answer.json["users"]] == ["Ana", "Udo"]
    assert "argon" not in answer.text


def test_every_fault_of_a_form_is_told_at_once_with_its_place(world: World) -> None:
    new = {"name": "", "role": "rep", "password": "short"}
    answer = world.ada.post("/api/v1/users", new)
    assert answer.status_code == 422
    assert answer.json is not None
    found = {error["pointer"]: error["code"] for error in answer.json["errors"]}
    assert found == {"/name": "name_malformed", "/password": "password_short"}


def test_a_member_that_nobody_asked_for_is_refused(world: World) -> None:
    new = {"name": "Kim", "role": "rep", "password": PASSWORD, "id": "1"}
    answer = world.ada.post("/api/v1/users", new)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["pointer"] == "/id"


def test_what_is_not_named_stays(world: World) -> None:
    ana = world.actor("ana")
    answer = world.ada.post(f"/api/v1/users/{ana.id}", {"territory": "west"})
    assert answer.json is not None
    assert (answer.json["role"], answer.json["territory"]) == ("rep", "west")
    assert world.ada.post(f"/api/v1/users/{ana.id}", {}).json == answer.json


def test_somebody_who_is_not_there_cannot_be_changed(world: World) -> None:
    assert world.ada.post("/api/v1/users/nobody", {}).status_code == 404


def test_a_person_chooses_another_password_and_signs_in_again(world: World) -> None:
    wrong = world.ana.post("/api/v1/password", {"current": "no", "password": "a better phrase"})
    assert wrong.status_code == 401
    right = {"current": PASSWORD, "password": "a better phrase"}
    assert world.ana.post("/api/v1/password", right).status_code == 204
    assert world.ana.get("/api/v1/session").status_code == 401
    sign_in = {"name": "Ana", "password": "a better phrase"}
    assert world.nobody.post("/api/v1/session", sign_in).status_code == 200


def test_a_token_is_shown_once_and_works_at_once(world: World) -> None:
    answer = world.ada.post("/api/v1/tokens", {"name": "Till 1", "role": "pos"})
    assert answer.status_code == 201
    assert answer.json is not None
    token = answer.json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert world.nobody.post("/api/v1/facts", [], headers=headers).status_code == 200
    assert token not in world.ada.get("/api/v1/tokens").text


def test_the_list_of_tokens_tells_when_each_was_seen(world: World, clock: ManualClock) -> None:
    world.till.post("/api/v1/facts", [])
    seen_at = clock.now_ms()
    clock.advance(60_000)
    answer = world.ada.get("/api/v1/tokens")
    assert answer.json is not None
    (till,) = answer.json["tokens"]
    assert till["last_seen_at"] == to_iso(seen_at)
    assert (till["name"], till["role"], till["revoked"]) == ("till", "pos", False)


def test_a_token_is_revoked(world: World) -> None:
    till = world.actor("till")
    answer = world.ada.post(f"/api/v1/tokens/{till.id}", {"action": "revoke"})
    assert answer.json is not None
    assert answer.json["revoked"] is True
    assert world.till.post("/api/v1/facts", []).status_code == 401
    assert world.ada.post("/api/v1/tokens/x", {"action": "revoke"}).status_code == 404


def test_a_name_that_is_taken_is_refused(world: World) -> None:
    world.actor("till")
    answer = world.ada.post("/api/v1/tokens", {"name": "till", "role": "pos"})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["pointer"] == "/name"


def test_two_accounts_of_one_person_are_tied_together(world: World) -> None:
    world.ada.post("/api/v1/users", {"name": "Ben", "role": "manager", "password": PASSWORD})
    other = {"name": "Ben at home", "role": "finance", "password": PASSWORD}
    second = world.ada.post("/api/v1/users", other).json["id"]
    first = world.parts.users.named("Ben").id
    answer = world.ada.post(f"/api/v1/users/{second}", {"same_person_as": first})
    assert (answer.status_code, answer.json["same_person_as"]) == (200, first)
    assert world.parts.users.get(second).actor().human == first
    unknown = {"same_person_as": "01890a5d-ac96-774b-bcce-b302099a8057"}
    assert world.ada.post(f"/api/v1/users/{second}", unknown).status_code == 404
    free = world.ada.post(f"/api/v1/users/{second}", {"same_person_as": ""})
    assert free.json["same_person_as"] == ""
