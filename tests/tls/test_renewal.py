"""Which certificate a gateway serves with: made, renewed and taken anew by the clock."""

from pathlib import Path

import pytest

from config.schema import TlsSettings
from gateway.kernel import certificates
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.web.door.certificate import Certificate
from tests.tls.chains import Chain, made_chain

DAY_MS = 86_400_000
NAMES = ("gateway.shop.example", "192.168.1.10")


def ends_in_days(certificate: Certificate, clock: ManualClock) -> int:
    found = certificate.seen()
    assert found is not None
    return (found.ends_at - clock.now_ms()) // DAY_MS


@pytest.fixture
def own(tmp_path: Path, clock: ManualClock) -> Certificate:
    made = Certificate(tmp_path, TlsSettings(names=NAMES), clock)
    assert made.renew()
    return made


def test_a_gateway_with_names_makes_itself_a_certificate_that_nobody_else_can_read(
    own: Certificate, clock: ManualClock, tmp_path: Path
) -> None:
    assert ends_in_days(own, clock) == 180
    assert own.faults() == []
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "tls").iterdir()}
    assert modes == dict.fromkeys(
        ["authority.pem", "authority.key", "served.pem", "served.key"], 0o600
    )


def test_it_is_renewed_when_two_thirds_of_it_are_over_and_the_authority_stays(
    own: Certificate, clock: ManualClock
) -> None:
    root = own.authority()
    clock.advance(119 * DAY_MS)
    assert not own.renew()
    clock.advance(2 * DAY_MS)
    assert own.renew()
    assert ends_in_days(own, clock) == 180
    assert own.authority() == root


def test_a_new_name_within_the_limits_is_in_a_new_certificate_at_once(
    own: Certificate, clock: ManualClock, tmp_path: Path
) -> None:
    moved = Certificate(tmp_path, TlsSettings(names=(NAMES[0], "192.168.1.11")), clock)
    assert moved.renew()
    assert moved.authority() == own.authority()
    assert moved.faults() == []


def test_a_name_outside_the_limits_of_the_authority_is_told_and_the_old_one_goes_on(
    own: Certificate, clock: ManualClock, tmp_path: Path
) -> None:
    before = own.seen()
    moved = Certificate(tmp_path, TlsSettings(names=("elsewhere.example",)), clock)
    assert not moved.renew()
    assert moved.seen() == before
    assert [fault.code for fault in moved.faults()] == [
        "certificate_name_foreign",
        "certificate_name_missing",
    ]


def test_a_clock_of_the_past_renews_nothing_and_one_of_the_future_that_came_back_does(
    own: Certificate, clock: ManualClock
) -> None:
    present = clock.now_ms()
    clock.raise_floor(present)
    clock.set(present - 400 * DAY_MS)
    assert not own.renew()
    clock.set(present + 400 * DAY_MS)
    assert own.renew()
    clock.set(present)
    assert own.renew()
    assert own.faults() == []


def test_a_pair_that_a_power_cut_left_in_halves_is_made_anew(
    own: Certificate, tmp_path: Path, clock: ManualClock
) -> None:
    other = certificates.authority("Other", NAMES, clock.now_ms())
    (tmp_path / "tls/served.pem").write_bytes(other.certificate)
    assert own.renew()
    assert own.faults() == []


class Given:
    """A site's own certificate, in files."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.paths = folder / "site.pem", folder / "site.key"
        self.tls = TlsSettings(
            names=NAMES[:1], certificate=str(self.paths[0]), key=str(self.paths[1])
        )
        self.certificate = Certificate(folder, self.tls, clock)

    def put(self, chain: Chain) -> None:
        self.paths[0].write_bytes(chain.leaf + chain.middle)
        self.paths[1].write_bytes(chain.key)


@pytest.fixture
def given(tmp_path: Path, clock: ManualClock) -> Given:
    return Given(tmp_path, clock)


def test_a_site_s_own_certificate_is_taken_again_once_somebody_has_replaced_it(
    given: Given, clock: ManualClock
) -> None:
    given.put(made_chain(clock.now_ms(), *NAMES[:1]))
    assert given.certificate.renew()
    assert not given.certificate.renew()
    clock.advance(25 * DAY_MS)
    given.put(made_chain(clock.now_ms(), *NAMES[:1]))
    assert given.certificate.renew()
    assert ends_in_days(given.certificate, clock) == 30


def test_one_that_runs_out_raises_the_alarm_three_weeks_before_and_is_served_to_the_end_and_after(
    given: Given, clock: ManualClock
) -> None:
    given.put(made_chain(clock.now_ms(), *NAMES[:1]))
    given.certificate.renew()
    clock.advance(8 * DAY_MS)
    assert given.certificate.trouble() is None
    clock.advance(2 * DAY_MS)
    alarm = given.certificate.trouble()
    assert alarm is not None
    assert (alarm.code, alarm.params["days"]) == ("certificate_runs_out", 20)
    clock.advance(21 * DAY_MS)
    assert not given.certificate.renew()
    assert [fault.code for fault in given.certificate.faults()] == ["certificate_expired"]


def test_a_faulty_new_pair_leaves_the_old_one_in_service_and_is_told(
    given: Given, clock: ManualClock
) -> None:
    given.put(made_chain(clock.now_ms(), *NAMES[:1]))
    given.certificate.renew()
    before = given.certificate.seen()
    given.paths[1].write_bytes(made_chain(clock.now_ms(), "other.example").key)
    assert not given.certificate.renew()
    assert given.certificate.seen() == before
    assert [fault.code for fault in given.certificate.faults()] == ["certificate_key_differs"]
    given.paths[0].unlink()
    given.certificate.renew()
    assert [fault.code for fault in given.certificate.faults()] == ["certificate_unreadable"]


def test_without_any_pair_that_can_be_served_a_gateway_does_not_start(given: Given) -> None:
    with pytest.raises(Problem, match="certificate_unreadable"):
        given.certificate.renew()


def test_plain_http_has_no_certificate_and_no_trouble(tmp_path: Path, clock: ManualClock) -> None:
    none = Certificate(tmp_path, TlsSettings(), clock)
    assert (none.on, none.seen(), none.authority(), none.faults()) == (False, None, None, [])
