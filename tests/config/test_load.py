"""Settings: layers, refusals in one sentence each, and all of them at once."""

import tomllib
from pathlib import Path

import pytest

from config.entries import entries
from config.load import DEFAULTS, ConfigError, load
from config.schema import Settings

EXAMPLE = DEFAULTS.with_name("site.example.toml")


def site(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str = "", **environ: str) -> tuple[str, ...]:
    site(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(folder, environ=environ)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return caught.value.faults


def test_a_gateway_starts_without_any_settings(tmp_path: Path) -> None:
    assert load(tmp_path, environ={}) == Settings()


def test_the_defaults_file_names_every_setting() -> None:
    tables = tomllib.loads(DEFAULTS.read_text("utf-8"))
    named = [f"{section}.{key}" for section, table in tables.items() for key in table]
    assert named == [entry.name for entry in entries()]


def test_the_site_file_wins_over_the_defaults(tmp_path: Path) -> None:
    site(
        tmp_path,
        '[web]\nthreads = 8\nlive_streams_max = 4\n[devices]\nextra_ports = ["/dev/ttyS0"]',
    )
    settings = load(tmp_path, environ={})
    assert settings.web.threads == 8
    assert settings.devices.extra_ports == ("/dev/ttyS0",)
    assert settings.web.backpressure == Settings().web.backpressure


def test_the_environment_wins_over_the_site_file(tmp_path: Path) -> None:
    site(tmp_path, '[web]\nthreads = 40\n[gateway]\nname = "Hamburg"')
    environ = {
        "WAYSTATION_WEB_THREADS": "48",
        "WAYSTATION_DEVICES_LABELS": "22 plu:5, 26 plu:5",
        "WAYSTATION_DEVICES_EXTRA_PORTS": "",
        "PATH": "/usr/bin",
    }
    settings = load(tmp_path, environ=environ)
    assert settings.web.threads == 48
    assert settings.gateway.name == "Hamburg"
    assert settings.devices.labels == ("22 plu:5", "26 plu:5")
    assert settings.devices.extra_ports == ()


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_another_site_file_can_be_named(tmp_path: Path, how: str) -> None:
    site(tmp_path, '[gateway]\nname = "not read"')
    other = tmp_path / "other.toml"
    other.write_text('[gateway]\nname = "Bremen"', "utf-8")
    if how == "argument":
        settings = load(tmp_path, other, environ={})
    else:
        settings = load(tmp_path, environ={"WAYSTATION_CONFIG": str(other)})
    assert settings.gateway.name == "Bremen"


def test_relative_paths_count_from_the_data_folder(tmp_path: Path) -> None:
    site(tmp_path, '[tls]\ncertificate = "tls/a.pem"\nkey = "/etc/a.key"')
    tls = load(tmp_path, environ={}).tls
    assert (tls.certificate, tls.key) == (str(tmp_path / "tls/a.pem"), "/etc/a.key")


def test_the_example_loads(tmp_path: Path) -> None:
    (tmp_path / "tryton.key").write_text("k3y\n")
    settings = load(tmp_path, EXAMPLE, environ={})
    assert settings.erp.connectors == ("tryton",)
    assert settings.tryton.key == "k3y"


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ('connector = "tryton"', {}, ("tryton",)),
        ('connector = "none"', {}, ()),
        ("", {"WAYSTATION_ERP_CONNECTOR": "tryton"}, ("tryton",)),
        ('connectors = ["tryton"]', {"WAYSTATION_ERP_CONNECTOR": "none"}, ()),
        ("", {"WAYSTATION_ERP_CONNECTORS": "tryton"}, ("tryton",)),
    ],
)
def test_the_one_connector_of_before_is_a_list_of_one(
    tmp_path: Path, text: str, environ: dict[str, str], expected: tuple[str, ...]
) -> None:
    reached = 'url = "https://erp.example"\ndatabase = "shop"\nkey = "k3y"'
    site(tmp_path, f"[erp]\n{text}\n[tryton]\n{reached}")
    assert load(tmp_path, environ=environ).erp.connectors == expected


def test_a_connector_that_nobody_knows_is_refused_by_its_name(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, '[erp]\nconnector = "trytom"')
    assert 'erp.connectors = ["trytom"]' in said
    assert '"tryton"' in said


# Secrets


TRYTON = '[erp]\nconnector = "tryton"\n[tryton]\nurl = "https://erp.example"\ndatabase = "shop"\n'


def test_a_secret_may_come_from_a_file_and_the_file_wins(tmp_path: Path) -> None:
    (tmp_path / "site.key").write_text("from-site-file\n")
    (tmp_path / "env.key").write_text("from-env-file")
    site(tmp_path, TRYTON + 'key_file = "site.key"\nkey = "plain"')
    assert load(tmp_path, environ={}).tryton.key == "from-site-file"
    environ = {"WAYSTATION_TRYTON_KEY": "from-env"}
    assert load(tmp_path, environ=environ).tryton.key == "from-env"
    environ["WAYSTATION_TRYTON_KEY_FILE"] = str(tmp_path / "env.key")
    assert load(tmp_path, environ=environ).tryton.key == "from-env-file"


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    site(tmp_path, TRYTON + 'key = "hunter2"')
    assert "hunter2" not in repr(load(tmp_path, environ={}))
    said = faults(
        tmp_path, TRYTON + 'kye = "hunter2"\nkey = ["hunter2"]', WAYSTATION_TRYTON_KYE="hunter2"
    )
    assert len(said) == 3
    assert "hunter2" not in "".join(said)


def test_a_secret_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, '[tryton]\nkey_file = "gone.key"') == (
        f'tryton.key_file = "gone.key" (from {tmp_path}/site.toml) is refused: '
        "a file that can be read (No such file or directory) is expected.",
    )
    (tmp_path / "empty.key").write_text("\n")
    (said,) = faults(tmp_path, "", WAYSTATION_TRYTON_KEY_FILE="empty.key")
    assert said == (
        'tryton.key_file = "empty.key" (from WAYSTATION_TRYTON_KEY_FILE) is refused: '
        "a file that is not empty is expected."
    )


# Refusals


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    origin = tmp_path / "site.toml"
    text = "[store]\nreders = 4\n[shop]\nflowers = 1\n"
    assert faults(tmp_path, text, WAYSTATION_WEB_THREAD="8") == (
        f"store.reders = 4 (from {origin}) is not a setting; did you mean store.readers?",
        f"shop.flowers = 1 (from {origin}) is not a setting; docs/settings.md lists them all.",
        "WAYSTATION_WEB_THREAD = (hidden) (from the environment) is not a setting; "
        "did you mean WAYSTATION_WEB_THREADS?",
    )


WHOLE = "a whole number from 4 to 512"
LISTS = "a list of texts of which none is empty"
OUTCOMES = (
    "a list, each of it a word in small letters with its names,"
    ' such as "order = Order taken | 已下单 | 已下單"'
)
TYPES = '"image/jpeg" or "image/png" or "image/webp" or "application/pdf"'


@pytest.mark.parametrize(
    ("section", "line", "expected"),
    [
        ("web", "threads = 1000", WHOLE),
        ("web", "threads = true", WHOLE),
        ("web", "threads = 8.0", WHOLE),
        ("web", 'threads = "8"', WHOLE),
        ("web", "listen = 8080", "an address and a port such as 127.0.0.1:8080"),
        ("web", 'listen = "[::]:70000"', "an address and a port such as 127.0.0.1:8080"),
        ("gateway", 'name = " "', "a text that is not empty"),
        ("gateway", 'country = "Germany"', "a two-letter ISO 3166 country code such as DE"),
        ("devices", 'extra_ports = "/dev/*"', LISTS),
        ("devices", 'extra_ports = [""]', LISTS),
        ("devices", "extra_ports = [1]", LISTS),
        ("store", 'encryption = "maybe"', '"required" or "off"'),
        ("visits", 'outcomes = ["Order taken"]', OUTCOMES),
        ("visits", 'outcomes = ["order = a | b | c | d"]', OUTCOMES),
        ("attachments", 'types = ["text/html"]', f"a list of {TYPES}"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(
    tmp_path: Path, section: str, line: str, expected: str
) -> None:
    origin = tmp_path / "site.toml"
    assert faults(tmp_path, f"[{section}]\n{line}") == (
        f"{section}.{line} (from {origin}) is refused: {expected} is expected.",
    )


def test_an_unsafe_commit_is_refused_with_the_reason(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, WAYSTATION_STORE_SYNCHRONOUS="NORMAL")
    assert said == (
        'store.synchronous = "NORMAL" (from WAYSTATION_STORE_SYNCHRONOUS) is refused: "FULL" or '
        '"EXTRA" is expected, because anything lower could lose acknowledged sales in a power cut.'
    )


def test_a_date_where_a_number_belongs_is_refused(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, "[web]\nthreads = 2026-11-22")
    assert said.startswith('web.threads = "2026-11-22" ')


@pytest.mark.parametrize("text", ["many", "", "8.0", "0x10", " 8", "٨"])
def test_a_number_in_the_environment_is_read_strictly(tmp_path: Path, text: str) -> None:
    (said,) = faults(tmp_path, WAYSTATION_WEB_THREADS=text)
    assert said == (
        f'web.threads = "{text}" (from WAYSTATION_WEB_THREADS) is refused: '
        "a whole number from 4 to 512 is expected."
    )


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    text = '[web]\nthreads = 0\n[log]\nlevel = "loud"\n[nonsense]\nx = 1'
    assert len(faults(tmp_path, text, WAYSTATION_STORE_READERS="none")) == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[devices]\nbackoff_s_min = 60", "devices.backoff_s_min = 60 (from {site}) is refused: "
         "at most devices.backoff_s_max = 30 is expected."),
        ("[web]\nlive_streams_max = 60", "web.live_streams_max = 60 (from {site}) is refused: "
         "at most half of web.threads = 64 is expected."),
        ("[sync]\npush_bytes_max = 1048576\n[web]\nbody_bytes_max = 65536",
         "sync.push_bytes_max = 1048576 (from {site}) is refused: "
         "at most web.body_bytes_max = 65536 is expected."),
        ('[visits]\noutcomes = ["a = A", "a"]', 'visits.outcomes = ["a = A", "a"] (from {site}) is'
         " refused: at least one outcome, and each of them once is expected."),
        ('[tls]\nkey = "a.key"', 'tls.certificate = "" (from {defaults}) is refused: '
         "the certificate of tls.key is expected."),
        ('[tls]\ncertificate = "a.pem"', 'tls.key = "" (from {defaults}) is refused: '
         "the key of tls.certificate is expected."),
        (TRYTON, "tryton.key = (hidden) (from {defaults}) is refused: "
         'a value beside erp.connectors = ["tryton"] is expected.'),
        (TRYTON.replace('r = "tryton"', 'rs = ["tryton", "tryton"]') + 'key = "k3y"',
         'erp.connectors = ["tryton", "tryton"] (from {site}) is refused: '
         "each connector once is expected."),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_together_are_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    expected = sentence.format(site=tmp_path / "site.toml", defaults=DEFAULTS)
    assert faults(tmp_path, text) == (expected,)


def test_a_file_that_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, "[web]\nthreads = \n")
    assert said.startswith(f"{tmp_path}/site.toml is not a TOML file: ")
    assert "line 2" in said


def test_a_value_outside_any_section_is_refused(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, "threads = 8")
    assert said.startswith(f"threads = 8 (from {tmp_path}/site.toml) is not a setting;")


def test_a_named_site_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml cannot be read: No such file"):
        load(tmp_path, tmp_path / "gone.toml", environ={})
