"""What the gateway runs with and how the last day went, as the console reads them."""

from pathlib import Path

import pytest

from config.load import load
from gateway.kernel.languages import traditional
from gateway.store.database import Store
from tests.cast import World

SITE = """
[web]
threads = 40
[tryton]
key = "k-3141592"
[fields.customer.route]
type = "text"
label = "Route"
"""


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    (tmp_path / "site.toml").write_text(SITE, "utf-8")
    return World(store, settings=load(tmp_path, environ={"WAYSTATION_LOG_LEVEL": "error"}))


def test_the_administrator_reads_every_setting_with_its_origin(
    world: World, tmp_path: Path
) -> None:
    answer = world.ada.get("/api/v1/settings")
    assert b"k-3141592" not in answer.data
    told = answer.json
    assert told
    assert (told["site_file"], told["site_file_exists"]) == (str(tmp_path / "site.toml"), True)
    found = {
        f"{one['section']}.{one['key']}": one
        for section in told["sections"]
        for one in section["settings"]
    }
    threads, level, key = found["web.threads"], found["log.level"], found["tryton.key"]
    assert (threads["value"], threads["default"], threads["source"]["layer"]) == (40, 64, "site")
    assert level["source"] == {
        "layer": "environment", "place": "WAYSTATION_LOG_LEVEL", "through": "",
    }  # fmt: skip
    assert (key["value"], key["given"], key["secret"]) == (None, True, True)
    assert found["devices.extra_ports"]["value"] == []
    fields, _ = told["tables"]
    assert fields["names"] == {"customer": ["route"]}


def test_a_setting_speaks_the_language_of_whoever_reads_it(world: World) -> None:
    def threads(language: str) -> dict[str, str]:
        told = world.ada.get("/api/v1/settings", headers={"Accept-Language": language}).json
        web = next(section for section in told["sections"] if section["name"] == "web")
        return {"about": web["about"]} | next(
            s for s in web["settings"] if s["key"] == "body_wait_s"
        )

    assert threads("en")["expected"] == "a whole number from 1 to 600 (s)"
    chinese = threads("zh-CN")
    assert chinese["about"] == "网页服务器。"
    assert (chinese["expected"], chinese["unit"]) == ("1 到 600 的整数（秒）", "秒")
    assert threads("zh-TW")["meaning"] == traditional(chinese["meaning"]) != chinese["meaning"]


@pytest.mark.parametrize("person", ["ben", "udo", "cleo", "ana", "nobody", "erp"])
def test_nobody_else_reads_the_settings(world: World, person: str) -> None:
    assert getattr(world, person).get("/api/v1/settings").status_code in (401, 403)


def test_the_administrator_reads_what_a_theft_would_give_away(world: World) -> None:
    told = [
        world.ada.get("/api/v1/keys", headers={"Accept-Language": language}).json
        for language in ("en", "zh-CN", "zh-TW")
    ]
    assert [one["way"] for one in told] == ["beside"] * 3
    assert [one["box"]["level"] for one in told] == ["no"] * 3
    said = [one["box"]["told"] for one in told]
    assert said[0] == "Not protected: who has the box can read everything."
    assert said[2] == traditional(said[1]) != said[1] != said[0]
    assert [getattr(world, one).get("/api/v1/keys").status_code for one in ("cleo", "erp")] == [
        403, 403,
    ]  # fmt: skip


def test_the_last_day_is_told_hour_by_hour(world: World) -> None:
    event = {
        "specversion": "1.0", "id": "0192d1a0-0000-7000-8000-000000000001",
        "source": "urn:till:1", "type": "scan.captured", "data": {"text": "4006381333931"},
    }  # fmt: skip
    assert world.till.post("/api/v1/facts", event).json["results"][0]["status"] == "stored"
    told = world.cleo.get("/api/v1/overview").json
    assert told
    assert (len(told["hours"]), told["complete"]) == (24, True)
    assert told["hours"][-1]["scans"] == 1
    assert sum(hour["scans"] + hour["sales"] for hour in told["hours"]) == 1
    assert world.ana.get("/api/v1/overview").status_code == 403
