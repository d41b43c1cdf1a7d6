"""What the console shows of the certificate, and the alarm when it runs out."""

from dataclasses import replace
from pathlib import Path

from config.schema import Settings, TlsSettings
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from gateway.web.door.certificate import Certificate
from tests.cast import World
from tests.tls.chains import made_chain

NAME = "gateway.shop.example"
DAY_MS = 86_400_000


def test_the_administrator_sees_the_own_certificate_and_what_devices_are_to_trust(
    store: Store, tmp_path: Path
) -> None:
    tls = TlsSettings(names=(NAME,))
    certificate = Certificate(tmp_path, tls, store.clock)
    certificate.renew()
    world = World(store, settings=replace(Settings(), tls=tls), certificate=certificate)
    told = world.ada.get("/api/v1/certificate").json
    assert told
    assert (told["on"], told["own"], told["names"][0], told["faults"]) == (True, True, NAME, [])
    page = world.nobody.get("/api/v1/trust").json
    assert page
    assert told["authority"] == page["fingerprint"]


def test_one_that_runs_out_is_told_in_the_language_of_who_asks(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    chain = made_chain(clock.now_ms(), NAME)
    paths = tmp_path / "site.pem", tmp_path / "site.key"
    paths[0].write_bytes(chain.leaf + chain.middle)
    paths[1].write_bytes(chain.key)
    tls = TlsSettings(names=(NAME,), certificate=str(paths[0]), key=str(paths[1]))
    certificate = Certificate(tmp_path, tls, clock)
    certificate.renew()
    clock.advance(20 * DAY_MS)
    world = World(store, settings=replace(Settings(), tls=tls), certificate=certificate)
    told = world.ada.get("/api/v1/certificate", headers={"Accept-Language": "zh-CN"}).json
    assert told
    (fault,) = told["faults"]
    assert (fault["code"], told["own"], told["authority"]) == ("certificate_runs_out", False, "")
    assert "还剩 10 天" in fault["detail"]


def test_plain_http_is_told_as_that(store: Store) -> None:
    told = World(store).ada.get("/api/v1/certificate").json
    assert told
    assert (told["on"], told["faults"]) == (False, [])
