"""Pairing over HTTP: from the console's invitation to a session that the phone renews itself."""

import base64
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.schema import Settings, TlsSettings
from gateway.access.pairing import LIFE_MS
from gateway.access.phones import message
from gateway.access.sessions import DAY_MS
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from gateway.web.door.certificate import Certificate
from gateway.web.door.guard import COOKIE
from tests.access.phone_keys import DEVICE, new_key, point_of, signature_of
from tests.cast import PASSWORD, Caller, World

JSON = dict[str, Any]


class Phone:
    """The app on a phone: a browser with a key."""

    def __init__(self, world: World) -> None:
        self.key, self.id = new_key(), ids.uuid7(0)
        self.web = Caller(
            world.app.test_client(), {"X-Waystation": "1", "X-Waystation-Device": DEVICE}
        )

    def claim(self, **secret: str) -> Any:
        form = {
            "phone": self.id,
            "device": DEVICE,
            "name": "Ana's phone",
            "public_key": base64.b64encode(point_of(self.key)).decode(),
            **secret,
        }
        return self.web.post("/api/v1/phones", form)

    def sign(self, challenge: JSON) -> Any:
        text = message(challenge["epoch"], self.id, challenge["nonce"])
        signature = base64.b64encode(signature_of(self.key, text)).decode()
        proof = {"nonce": challenge["nonce"], "signature": signature}
        return self.web.post(f"/api/v1/phones/{self.id}/session", proof)

    def renew(self) -> Any:
        return self.sign(content(self.web.post(f"/api/v1/phones/{self.id}/challenge")))


def content(answer: Any, status: int = 200) -> JSON:
    assert answer.status_code == status, answer.text
    found: JSON = answer.json
    return found


def invite(world: World, caller: Caller, **headers: str) -> JSON:
    user = world.actor("ana").id
    return content(caller.post("/api/v1/pairings", {"user": user}, headers=headers), 201)


@pytest.fixture
def phone(world: World) -> Phone:
    return Phone(world)


@pytest.fixture
def paired(world: World, phone: Phone) -> Phone:
    claimed = content(phone.claim(code=invite(world, world.ben)["code"]), 201)
    assert phone.sign(claimed["challenge"]).status_code == 200
    return phone


def test_the_code_leads_to_a_session_of_thirty_days(
    world: World, phone: Phone, clock: ManualClock
) -> None:
    invited = invite(world, world.ben)
    state = world.ben.get(f"/api/v1/pairings/{invited['id']}").json
    assert state == {"state": "open", "phone": None}
    claimed = content(phone.claim(code=invited["code"].lower()), 201)
    assert (claimed["phone"], claimed["name"]) == (phone.id, "Ana")
    assert phone.web.get("/api/v1/session").status_code == 401, "a claim is no session yet"
    session = content(phone.sign(claimed["challenge"]))
    assert session["user"]["name"] == "Ana"
    clock.advance(30 * DAY_MS)
    assert phone.web.get("/api/v1/session").status_code == 200
    clock.advance(1_000)
    assert phone.web.get("/api/v1/session").status_code == 401
    assert content(phone.renew())["user"]["name"] == "Ana"
    assert phone.web.get("/api/v1/session").status_code == 200


def test_the_link_carries_the_token_where_no_log_sees_it(world: World, phone: Phone) -> None:
    origin = "http://localhost"
    invited = invite(world, world.ben, Origin=origin)
    address, _, token = invited["link"].partition("/#pair=")
    assert address == invited["address"] == origin
    assert phone.claim(token=token).status_code == 201
    assert invited["qr"]["size"] > 29
    assert invited["qr"]["path"].startswith("M4 4h7v1h-7z")
    assert invited["life_s"] == LIFE_MS // 1000


def test_the_link_names_the_authority_of_the_gateway(store: Store, tmp_path: Path) -> None:
    tls = TlsSettings(names=("gateway.shop.example",))
    certificate = Certificate(tmp_path, tls, store.clock)
    certificate.renew()
    world = World(store, settings=replace(Settings(), tls=tls), certificate=certificate)
    invited = invite(world, world.ben)
    assert invited["fingerprint"] == world.nobody.get("/api/v1/trust").json["fingerprint"]
    token, _, root = invited["link"].partition("/#pair=")[2].partition(".")
    assert root == invited["fingerprint"].replace(":", "").lower()[:32]
    assert Phone(world).claim(token=token).status_code == 201


def test_the_console_sees_who_came(world: World, paired: Phone) -> None:
    listed = content(world.ben.get("/api/v1/phones"))
    (shown,) = listed["phones"]
    assert (shown["id"], shown["name"], shown["user_name"]) == (paired.id, "Ana's phone", "Ana")
    assert (shown["device"], shown["paired_by"], shown["retired"]) == (DEVICE, "Ben", False)
    assert shown["unsent"] is None
    assert [person["name"] for person in listed["people"]] == ["Ana", "Ben"]
    assert content(world.udo.get("/api/v1/phones"))["people"] == []


def test_what_the_phone_says_it_still_holds_is_shown(whole: World) -> None:
    phone = Phone(whole)
    claimed = content(phone.claim(code=invite(whole, whole.ben)["code"]), 201)
    phone.sign(claimed["challenge"])
    pulled = phone.web.get("/api/v1/pull", headers={"X-Waystation-Unsent": "7"})
    assert pulled.status_code == 200, pulled.text
    (shown,) = content(whole.ben.get("/api/v1/phones"))["phones"]
    assert shown["unsent"] == 7


def test_an_invitation_that_was_withdrawn_is_over(world: World, phone: Phone) -> None:
    invited = invite(world, world.ada)
    where = f"/api/v1/pairings/{invited['id']}"
    assert world.ada.delete(where).status_code == 204
    assert content(phone.claim(code=invited["code"]), 403)["code"] == "pairing_code_wrong"
    assert content(world.ada.get(where), 404)["code"] == "pairing_unknown"


def test_a_pairing_asks_for_the_password_again(world: World, clock: ManualClock) -> None:
    user = world.actor("ana").id
    assert world.ben.get("/api/v1/session").status_code == 200
    clock.advance(16 * 60_000)
    refused = content(world.ben.post("/api/v1/pairings", {"user": user}), 403)
    assert refused["code"] == "password_needed"
    again = world.ben.post("/api/v1/session", {"name": "Ben", "password": PASSWORD})
    assert again.status_code == 200
    assert invite(world, world.ben)


def test_a_paired_phone_cannot_pair_the_next_one(world: World) -> None:
    phone = Phone(world)
    user = world.actor("ben").id
    invited = content(world.ben.post("/api/v1/pairings", {"user": user}), 201)
    claimed = content(phone.claim(code=invited["code"]), 201)
    assert phone.sign(claimed["challenge"]).status_code == 200
    refused = content(phone.web.post("/api/v1/pairings", {"user": user}), 403)
    assert refused["code"] == "password_needed"


@pytest.mark.parametrize("name", ["ana", "cleo", "fay", "udo"])
def test_nobody_else_lets_phones_in_or_puts_them_out(
    world: World, paired: Phone, name: str
) -> None:
    caller = getattr(world, name)
    user = world.actor("ana").id
    assert caller.post("/api/v1/pairings", {"user": user}).status_code == 403
    retire = {"action": "retire"}
    assert caller.post(f"/api/v1/phones/{paired.id}", retire).status_code == 403


def test_a_retired_phone_hands_over_and_gets_nothing(whole: World) -> None:
    paired = Phone(whole)
    paired.claim(token=invite(whole, whole.ben)["link"].partition("=")[2])
    paired.renew()
    where = f"/api/v1/phones/{paired.id}"
    shown = content(whole.ben.post(where, {"action": "retire"}))
    assert (shown["state"], shown["order"], shown["retired"]) == ("draining", "retire", True)
    said = {"X-Waystation-Device": DEVICE, "X-Waystation-Unsent": "2"}
    push = {"origin_epoch": "e", "operations": []}
    assert paired.web.post("/api/v1/push", push, headers=said).status_code == 200
    for path in ("/api/v1/pull", "/api/v1/records/customer", "/api/v1/kinds", "/api/v1/session"):
        answer = content(paired.web.get(path, headers=said), 403)
        assert answer["code"] == "phone_draining"
        word = answer["params"]["word"]
    assert paired.web.post("/api/v1/records/customer", {"data": {}}).status_code == 403
    (shown,) = content(whole.ben.get("/api/v1/phones"))["phones"]
    assert shown["unsent"] == 2
    assert shown["told_at"]
    paired.renew()  # its key is good until it is empty
    answer = paired.web.post(f"{where}/wiped", {"word": word})
    assert answer.status_code == 204
    (shown,) = content(whole.ben.get("/api/v1/phones"))["phones"]
    assert (shown["state"], shown["wiped_unsent"]) == ("wiped", 0)
    assert content(paired.web.post(f"{where}/challenge"), 401)["code"] == "phone_retired"


def test_every_call_of_a_lost_phone_is_refused_with_the_word_to_wipe(whole: World) -> None:
    paired = Phone(whole)
    paired.claim(token=invite(whole, whole.ben)["link"].partition("=")[2])
    paired.renew()
    where = f"/api/v1/phones/{paired.id}"
    assert content(whole.ben.post(where, {"action": "lose"}))["state"] == "lost"
    push = {"origin_epoch": "e", "operations": []}
    secret = {"name": "Ana", "password": PASSWORD}
    for answer in (
        paired.web.post("/api/v1/push", push),
        paired.web.get("/api/v1/pull"),
        paired.web.get("/api/v1/session"),
        paired.web.post("/api/v1/attachments", {}),
        paired.web.send("PUT", "/api/v1/attachments/x/upload?offset=0", data=b"half a photo"),
        paired.web.post(f"{where}/challenge"),
        paired.web.post("/api/v1/session", secret, headers={"X-Waystation-Device": DEVICE}),
    ):
        said = content(answer, 401)
        assert said["code"] == "phone_lost"
        assert said["params"]["wipe"] is True
    word = said["params"]["word"]
    assert paired.web.post(f"{where}/wiped", {"word": "x"}).status_code == 401
    assert paired.web.post(f"{where}/wiped", {"word": word, "unsent": 4}).status_code == 204
    (shown,) = content(whole.ben.get("/api/v1/phones"))["phones"]
    assert (shown["state"], shown["order"], shown["wiped_unsent"]) == ("wiped", "lose", 4)


def test_people_unpair_their_own_phone(world: World, paired: Phone) -> None:
    where = f"/api/v1/phones/{paired.id}"
    assert content(world.otto.delete(where), 404)["code"] == "phone_unknown"
    assert paired.web.delete(where).status_code == 204
    assert paired.web.client.get_cookie(COOKIE) is None
    assert paired.web.get("/api/v1/session").status_code == 401
    (shown,) = content(world.ben.get("/api/v1/phones"))["phones"]
    assert shown["retired"]


def test_a_thousand_guesses_let_nobody_in(world: World, phone: Phone) -> None:
    invited = invite(world, world.ben)
    answers = [phone.claim(code=ids.pairing_code()) for _ in range(1_000)]
    assert {answer.json["code"] for answer in answers} == {"pairing_code_wrong", "throttled"}
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert content(world.ben.get("/api/v1/phones"))["phones"] == []
    assert phone.claim(token=invited["link"].partition("=")[2]).status_code == 201


@pytest.mark.parametrize("key", ["", "no base 64!", "AAAA", "é"])
def test_a_key_that_is_none_is_refused(world: World, phone: Phone, key: str) -> None:
    refused = phone.claim(code=invite(world, world.ben)["code"], public_key=key)
    assert content(refused, 422)["code"] == "phone_key_unfit"


def test_secrets_stand_neither_in_the_journal_nor_in_the_log(
    world: World, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    invited = invite(world, world.ben)
    claimed = content(phone.claim(code=invited["code"]), 201)
    phone.sign(claimed["challenge"])
    world.ben.post(f"/api/v1/phones/{phone.id}", {"action": "retire"})
    entries = world.journal("access.")
    told = {entry["type"] for entry in entries}
    assert {"access.pairing_issued", "access.phone_paired", "access.phone_retired"} <= told
    kept = b"".join(entry["body"] for entry in entries).decode() + caplog.text
    for secret in (invited["code"], invited["link"], "Ana's phone", claimed["challenge"]["nonce"]):
        assert secret not in kept
