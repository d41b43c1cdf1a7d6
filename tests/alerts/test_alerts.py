"""Alerts go out by real mail and real HTTP, wait where nobody takes them, and name nobody."""

import base64
import ssl
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from config.schema import AlertSettings, Settings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import signature
from gateway.store.database import Store
from sync.alerts import api
from sync.alerts.alerts import Alerts
from sync.alerts.standing import Alarm
from tests.alerts.postbox import PASSWORD, USER, Heard, Postbox, endpoint, keys, listening
from tests.cast import World

MINUTE = 60_000
KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD = Alarm("backup/backup_old", Problem("backup_old", hours=51))
QUARANTINE = Alarm("quarantine", Problem("quarantine_waits", count=3))


class Bench:
    """Alerts over a store, with what is wrong in ``found``."""

    def __init__(self, store: Store, clock: ManualClock, **settings: Any) -> None:
        self.clock = clock
        self.found: list[Alarm] = []
        wanted = replace(Settings(), alerts=AlertSettings(**settings))
        self.alerts = Alerts(store, wanted, lambda: self.found, lambda: "Corner Shop")

    def after(self, minutes: int, *found: Alarm) -> Problem | None:
        self.clock.advance(minutes * MINUTE)
        self.found = [*found]
        return self.alerts.turn().problem


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    return keys(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def box() -> Iterator[Postbox]:
    with listening(Postbox()) as opened:
        yield opened


def mailed(box: Postbox, **more: Any) -> dict[str, Any]:
    """Settings that mail to a postbox on this machine in the open."""
    at = {"smtp_host": "localhost", "smtp_port": box.port, "smtp_security": "none"}
    return {"mail_to": ("it@example.com", "boss@example.com"), **at, **more}


def test_an_alarm_comes_by_mail_when_it_begins_and_when_it_is_over(
    store: Store, clock: ManualClock, box: Postbox
) -> None:
    bench = Bench(store, clock, **mailed(box))
    bench.after(0, OLD, QUARANTINE)
    assert bench.after(10, OLD, QUARANTINE) is None
    bench.after(1, OLD, QUARANTINE)
    (mail,) = box.mails
    assert mail["To"] == "it@example.com, boss@example.com"
    assert mail["Subject"] == "Corner Shop: 2 new, 0 still there, 0 over"
    assert "The last good backup is 51 hours old." in mail.get_content()
    bench.after(1, OLD)
    bench.after(10, OLD)
    assert box.mails[1]["Subject"] == "Corner Shop: 0 new, 0 still there, 1 over"
    assert len(box.mails) == 2


def test_a_new_start_tells_nothing_twice(store: Store, clock: ManualClock, box: Postbox) -> None:
    first = Bench(store, clock, **mailed(box))
    first.after(0, OLD)
    first.after(10, OLD)
    second = Bench(store, clock, **mailed(box))
    second.after(1, OLD)
    assert len(box.mails) == 1
    second.after(1)
    second.after(10)
    assert "OVER" in box.mails[1].get_content()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_line_is_encrypted_before_the_password_is_said(
    store: Store, clock: ManualClock, tls: tuple[ssl.SSLContext, str], security: str
) -> None:
    context, root = tls
    with listening(Postbox(), context, implicit=security == "tls") as box:
        more = {"smtp_security": security, "smtp_ca_file": root}
        signed = {"smtp_user": USER, "smtp_password": PASSWORD}
        bench = Bench(store, clock, **mailed(box, **more, **signed))
        assert bench.alerts.test() == [("mail", None)]
        assert (box.encrypted, box.signed_in) == ([True], [True])


def test_a_server_that_nobody_vouches_for_is_told_nothing(
    store: Store, clock: ManualClock, tls: tuple[ssl.SSLContext, str]
) -> None:
    with listening(Postbox(), tls[0]) as box:
        bench = Bench(store, clock, **mailed(box, smtp_security="starttls"))
        ((_, problem),) = bench.alerts.test()
        assert problem
        assert "certificate is not trusted" in problem.detail()
        assert box.mails == []


def test_a_server_without_encryption_is_told_nothing(
    store: Store, clock: ManualClock, box: Postbox
) -> None:
    bench = Bench(store, clock, **mailed(box, smtp_security="starttls"))
    ((_, problem),) = bench.alerts.test()
    assert problem
    assert (problem.code, box.mails) == ("mail_insecure", [])


def test_a_wrong_password_and_a_refused_address_are_told_as_what_they_are(
    store: Store, clock: ManualClock, box: Postbox
) -> None:
    wrong = Bench(store, clock, **mailed(box, smtp_user=USER, smtp_password="wrong"))
    ((_, problem),) = wrong.alerts.test()
    assert problem
    assert problem.code == "mail_key_refused"
    box.refuses = True
    ((_, problem),) = Bench(store, clock, **mailed(box)).alerts.test()
    assert problem
    assert (problem.code, problem.params["status"]) == ("mail_refused", 550)
    assert "example.com" not in problem.detail()


def test_what_a_server_that_is_down_missed_comes_in_one_mail_when_it_is_back(
    store: Store, clock: ManualClock
) -> None:
    box = Postbox()
    with listening(box):
        pass
    bench = Bench(store, clock, **mailed(box))
    bench.after(0, OLD)
    problem = bench.after(10, OLD)
    assert problem
    assert problem.code == "mail_unreachable"
    assert bench.alerts.trouble()
    assert bench.after(0, OLD) is None, "it is tried again a minute later at the earliest"
    assert bench.after(1, OLD, QUARANTINE)
    with listening(box):
        bench.after(10, OLD, QUARANTINE)
        (mail,) = box.mails
        assert mail["Subject"] == "Corner Shop: 2 new, 0 still there, 0 over"
    assert bench.alerts.trouble() is None
    assert bench.alerts.way("mail").waiting == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", ("新告警", "最近一次有效备份")), ("zh-Hant", ("新告警", "最近一次有效備份"))],
)
def test_alerts_speak_the_language_of_the_settings(
    store: Store, clock: ManualClock, box: Postbox, language: str, words: tuple[str, ...]
) -> None:
    bench = Bench(store, clock, **mailed(box, language=language))
    bench.after(0, OLD)
    bench.after(10, OLD)
    assert all(word in box.mails[0].get_content() for word in words)


def test_an_alert_is_posted_signed_and_again_under_its_own_id_until_it_is_taken(
    store: Store, clock: ManualClock
) -> None:
    heard: list[Heard] = []
    status = [503]
    with endpoint(heard, status) as url:
        more = {"webhook_url": url, "webhook_secret": SECRET, "webhook_private": True}
        bench = Bench(store, clock, **more)
        bench.after(0, OLD)
        problem = bench.after(10, OLD)
        assert problem
        assert problem.code == "alert_hook_failed"
        status[0] = 204
        assert bench.after(2, OLD) is None
    first, second = heard
    assert first.body == second.body
    named = second.headers
    signed = f"{named['webhook-id']}.{named['webhook-timestamp']}.".encode() + second.body
    expected = base64.b64encode(signature(KEY, signed)).decode()
    assert named["webhook-signature"] == f"v1,{expected}"
    event = second.event
    assert (event["type"], event["data"]["code"]) == ("waystation.alert.began", "backup_old")


def test_a_webhook_does_not_go_inside_where_that_is_not_meant(
    store: Store, clock: ManualClock
) -> None:
    heard: list[Heard] = []
    with endpoint(heard, [204]) as url:
        ((_, problem),) = Bench(store, clock, webhook_url=url, webhook_secret=SECRET).alerts.test()
    assert problem
    assert (problem.code, heard) == ("alert_hook_forbidden", [])


def test_a_disk_that_takes_nothing_keeps_nobody_from_being_told(
    store: Store, clock: ManualClock, box: Postbox
) -> None:
    bench = Bench(store, clock, **mailed(box))
    store.watch_room(Settings().disk, lambda _: (0, 1000))
    bench.after(0, OLD)
    bench.after(10, OLD)
    assert len(box.mails) == 1
    bench.after(1, OLD)
    assert len(box.mails) == 1


def test_the_administrator_sees_what_stands_and_sends_a_test(
    store: Store, clock: ManualClock, box: Postbox
) -> None:
    bench = Bench(store, clock, **mailed(box))
    bench.after(0, OLD)
    world = World(store, blueprints=[api.blueprint(bench.alerts)])
    shown = world.ada.get("/api/v1/alerts").json
    (alarm,) = shown["alarms"]
    assert (alarm["key"], alarm["told"]) == (OLD.key, False)
    assert shown["ways"] == [{"name": "mail", "waiting": 0, "sent_at": None, "problem": None}]
    done = world.ada.post("/api/v1/alerts/test").json
    assert done == {"ways": [{"name": "mail", "problem": None}]}
    assert box.mails[0]["Subject"] == "Corner Shop: a test of the alerts"
    assert world.ben.post("/api/v1/alerts/test").status_code == 403


def test_a_test_without_anybody_to_tell_says_what_to_set(store: Store, clock: ManualClock) -> None:
    world = World(store, blueprints=[api.blueprint(Bench(store, clock).alerts)])
    answer = world.ada.post("/api/v1/alerts/test")
    assert (answer.status_code, answer.json["code"]) == (409, "alerts_nowhere")


def test_settings_with_a_part_missing_are_refused() -> None:
    def faulty(**settings: Any) -> set[str]:
        return {name for name, _ in AlertSettings(**settings).misfits()}

    assert faulty(mail_to=("it@example.com",)) == {"alerts.smtp_host"}
    open_line = {"smtp_host": "mail.example.com", "smtp_security": "none"}
    assert faulty(**open_line) == {"alerts.smtp_security"}
    assert faulty(webhook_url="http://hooks.example.com", webhook_secret="x") == {
        "alerts.webhook_url"
    }
    assert faulty(mail_to=("nobody",), smtp_host="mail.example.com") == {"alerts.mail_to"}
