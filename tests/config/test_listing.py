"""What a gateway runs with, as it is listed: every value and its origin, and no secret."""

from pathlib import Path

from config.entries import entries
from config.listing import overruled
from config.load import load
from config.origins import Listed, Origin
from config.schema import Settings

SITE = """
[web]
threads = 40
[erp]
connector = "tryton"
[tryton]
url = "https://till:hunter2@erp.example/x"
database = "shop"
key_file = "erp.key"
"""


def listed(settings: Settings) -> dict[str, Listed]:
    return {
        f"{one.section}.{one.key}": one
        for section in settings.origins.sections
        for one in section.settings
    }


def running(folder: Path, **environ: str) -> Settings:
    (folder / "site.toml").write_text(SITE, "utf-8")
    (folder / "erp.key").write_text("k-3141592\n", "utf-8")
    return load(folder, environ=environ)


def test_every_setting_is_listed_once_with_where_it_comes_from(tmp_path: Path) -> None:
    settings = running(tmp_path, WAYSTATION_WEB_LIVE_STREAMS_MAX="4")
    found = listed(settings)
    assert list(found) == [entry.name for entry in entries()]
    site = str(tmp_path / "site.toml")
    assert (settings.origins.site_file, settings.origins.site_file_exists) == (site, True)
    assert found["web.threads"].value == 40
    assert found["web.threads"].default == 64
    assert found["web.threads"].origin == Origin("site", site)
    assert found["web.live_streams_max"].origin == Origin(
        "environment", "WAYSTATION_WEB_LIVE_STREAMS_MAX"
    )
    assert found["web.backpressure"].origin.layer == "default"
    assert found["web.body_bytes_max"].rule.unit == "bytes"


def test_a_secret_is_listed_as_given_and_stands_nowhere(tmp_path: Path) -> None:
    settings = running(tmp_path)
    found = listed(settings)
    key = found["tryton.key"]
    assert (key.value, key.given, key.secret) == (None, True, True)
    assert key.origin == Origin("site", str(tmp_path / "site.toml"), "erp.key")
    assert found["tryton.url"].value == "https://…@erp.example/x"
    told = repr(settings.origins)
    assert "k-3141592" not in told
    assert "hunter2" not in told
    (tmp_path / "bare").mkdir()
    assert listed(load(tmp_path / "bare", environ={}))["tryton.key"].given is False


def test_the_site_file_is_named_before_it_exists(tmp_path: Path) -> None:
    origins = load(tmp_path, environ={}).origins
    assert origins.site_file == str(tmp_path / "site.toml")
    assert not origins.site_file_exists


def test_what_the_command_line_says_is_listed_as_its_word(tmp_path: Path) -> None:
    settings = overruled(running(tmp_path), {"web.listen": "0.0.0.0:9000"})
    assert settings.web.listen == "0.0.0.0:9000"
    assert settings.web.threads == 40
    found = listed(settings)
    assert (found["web.listen"].value, found["web.listen"].origin.layer) == (
        "0.0.0.0:9000",
        "command",
    )
    assert found["web.threads"].origin.layer == "site"
