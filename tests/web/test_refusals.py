"""What the log says of those who were refused: who by an id, where, and from which address."""

import pytest

from gateway.kernel.sparing import LINES_MAX
from tests.cast import PASSWORD, World

HERE = "from 127.0.0.1"


def test_a_wrong_password_is_told_with_the_account_and_never_what_was_typed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ana = world.actor("ana")
    world.nobody.post("/api/v1/session", {"name": "Ana", "password": "not it"})
    # A password where the name belongs.
    world.nobody.post("/api/v1/session", {"name": PASSWORD, "password": "Ana"})
    assert caplog.messages == [
        f"sign-in refused: {ana.id}, {HERE}, try 1 in a row",
        f"sign-in refused: no account, {HERE}, try 1 in a row",
    ]


def test_somebody_trying_every_name_does_not_fill_the_log(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.access.passwords.matches", lambda *_: False)
    for number in range(LINES_MAX + 5):
        world.nobody.post("/api/v1/session", {"name": f"n{number}", "password": "x"})
    assert len(caplog.messages) == LINES_MAX


def test_a_refusal_of_access_names_the_account_and_the_route_without_its_ids(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ben, ana = world.actor("ben"), world.actor("ana")
    assert world.ben.post(f"/api/v1/users/{ana.id}", {"role": "admin"}).status_code == 403
    assert caplog.messages == [
        f"POST /api/v1/users/<identity> refused: not_allowed, to {ben.id} {HERE}"
    ]


def test_forged_requests_and_unknown_tokens_are_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ada = world.actor("ada")
    foreign = {"Origin": "https://elsewhere.example"}
    assert world.ada.post("/api/v1/tokens", {}, headers=foreign).status_code == 403
    stale = {"Authorization": "Bearer nobody's"}
    assert world.nobody.get("/api/v1/kinds", headers=stale).status_code in (401, 404)
    assert world.nobody.post("/api/v1/facts", [], headers=stale).status_code == 401
    assert caplog.messages[0] == f"POST /api/v1/tokens refused: request_forged, to {ada.id} {HERE}"
    unknown = f"POST /api/v1/facts refused: token_unknown, to nobody who is known {HERE}"
    assert unknown in caplog.messages
    assert "nobody's" not in caplog.text


def test_an_honest_page_leaves_no_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assert world.nobody.get("/api/v1/session").status_code == 401
    assert world.ada.get("/api/v1/users").status_code == 200
    assert caplog.messages == []
