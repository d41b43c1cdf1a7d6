"""Settings from `defaults.toml`, the site's file, the environment and secret files, in that order.

Whatever cannot be accepted refuses the start, everything at once, in one sentence each: no typing
error in a site's file ever becomes a silent default.
"""

import difflib
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from config import listing, site_fields, site_rules
from config.entries import Entry, entries
from config.listing import overruled as overruled
from config.origins import Layer, Origin, Origins
from config.rule import read_text, typed
from config.schema import Settings

DEFAULTS = Path(__file__).with_name("defaults.toml")
SITE_FILE = "site.toml"
PREFIX = "WAYSTATION_"
# Read by the command line and by this module; not settings themselves.
RESERVED = frozenset({"WAYSTATION_DATA", "WAYSTATION_CONFIG"})
HIDDEN = "(hidden)"
# A setting that was one name, and the list that took its place; "none" is an empty list.
LISTS_NOW = {"erp.connector": "erp.connectors"}


class ConfigError(ValueError):
    """Settings that cannot be accepted; ``faults`` holds one sentence for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def load(
    data_folder: Path, site_file: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings of one gateway.

    The site's file is ``site_file``, or what WAYSTATION_CONFIG names, or ``site.toml`` in the data
    folder if there is one. Relative paths count from the data folder. ConfigError lists everything
    that is wrong.
    """
    reading = _Reading(data_folder)
    reading.take_file(DEFAULTS, "default")
    named = site_file or (Path(path) if (path := environ.get("WAYSTATION_CONFIG")) else None)
    site = named or data_folder / SITE_FILE
    is_there = site.exists()
    if named or is_there:
        reading.take_file(site, "site")
    reading.take_environment(environ)
    settings = reading.settings()
    listed = listing.sections(settings, {name: one.origin for name, one in reading.found.items()})
    return replace(settings, origins=Origins(str(site), is_there, listed))


@dataclass(frozen=True)
class _Found:
    value: object
    origin: Origin


class _Reading:
    """What has been read so far: the newest value of each setting, and every fault."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder
        self._entries = {entry.name: entry for entry in entries()}
        self.found: dict[str, _Found] = {}
        self._faults: list[str] = []
        self._site_fields = site_fields.SiteFields()
        self._survivorship = site_rules.SiteRules()

    def take_file(self, path: Path, layer: Layer) -> None:
        origin = str(path)
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            self._faults.append(f"{origin} cannot be read: {error.strerror}.")
            return
        except ValueError as error:  # bad UTF-8 or bad TOML; both say where
            self._faults.append(f"{origin} is not a TOML file: {error}.")
            return
        for section, table in tables.items():
            if section == site_fields.SECTION and isinstance(table, dict):
                self._site_fields = site_fields.SiteFields(table, origin)
            elif section == site_rules.SECTION and isinstance(table, dict):
                self._survivorship = site_rules.SiteRules(table, origin)
            elif isinstance(table, dict):
                self._take_table(section, table, Origin(layer, origin))
            else:
                self._refuse_unknown(section, table, origin)

    def _take_table(self, section: str, table: dict[str, object], origin: Origin) -> None:
        table = _as_lists(section, table)
        for key, value in table.items():
            name = f"{section}.{key}"
            if entry := self._entries.get(name):
                self._take(entry, value, typed(value, entry.kind), origin)
            elif not self._is_file_of_secret(name):
                self._refuse_unknown(name, value, origin.place)
        # After the plain keys, so that the file wins over a value beside it.
        for key, value in table.items():
            name = f"{section}.{key}"
            if self._is_file_of_secret(name):
                self._take_secret(name, value, origin)

    def take_environment(self, environ: Mapping[str, str]) -> None:
        environ = _with_lists(environ)
        variables = {entry.variable: entry for entry in self._entries.values()}
        files = {
            f"{entry.variable}_FILE": entry for entry in variables.values() if entry.rule.secret
        }
        for variable in sorted(environ):  # NAME before NAME_FILE: the file wins
            text = environ[variable]
            if entry := variables.get(variable):
                origin = Origin("environment", variable)
                self._take(entry, text, read_text(text, entry.kind), origin)
            elif entry := files.get(variable):
                self._take_secret(f"{entry.name}_file", text, Origin("environment", variable))
            elif variable.startswith(PREFIX) and variable not in RESERVED:
                near = difflib.get_close_matches(variable, variables, 1)
                self._faults.append(_unknown(variable, HIDDEN, "the environment", near))

    def _take(self, entry: Entry, raw: object, value: object | None, origin: Origin) -> None:
        if value is None or not entry.rule.accepts(value):
            self._refuse(entry, raw, origin.told, entry.rule.expectation(entry.kind))
        else:
            self.found[entry.name] = _Found(value, origin)

    def _is_file_of_secret(self, name: str) -> bool:
        entry = self._entries.get(name.removesuffix("_file"))
        return name.endswith("_file") and entry is not None and entry.rule.secret

    def _take_secret(self, name: str, path: object, origin: Origin) -> None:
        entry = self._entries[name.removesuffix("_file")]
        try:
            text = (self._folder / str(path)).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            expected = f"a file that can be read ({reason})"
            self._faults.append(_refusal(name, _shown(path), origin.place, expected))
            return
        if text:
            self._take(entry, text, text, origin._replace(through=str(path)))
        else:
            expected = "a file that is not empty"
            self._faults.append(_refusal(name, _shown(path), origin.place, expected))

    def _refuse(self, entry: Entry, value: object, origin: str, expected: str) -> None:
        shown = HIDDEN if entry.rule.secret else _shown(value)
        self._faults.append(_refusal(entry.name, shown, origin, expected, entry.rule.because))

    def _refuse_unknown(self, name: str, value: object, origin: str) -> None:
        section = name.partition(".")[0]
        secretive = any(e.rule.secret for e in self._entries.values() if e.section == section)
        shown = HIDDEN if secretive or isinstance(value, dict) else _shown(value)
        near = difflib.get_close_matches(name, self._entries, 1)
        self._faults.append(_unknown(name, shown, origin, near))

    def settings(self) -> Settings:
        """The settings, or ConfigError with every fault; only sound values are compared."""
        if self._faults:
            raise ConfigError(self._faults)
        defaults = Settings()
        sections = {
            part.name: self._section(part.name, section)
            for part in fields(defaults)
            if is_dataclass(section := getattr(defaults, part.name))
        }
        site: dict[str, Any] = {
            "site_fields": self._site_fields,
            "survivorship": self._survivorship,
        }
        settings = Settings(**sections, **site)
        for name, expected in settings.misfits():
            found = self.found[name]
            self._refuse(self._entries[name], found.value, found.origin.told, expected)
        if self._faults:
            raise ConfigError(self._faults)
        return settings

    def _section(self, section: str, default: Any) -> Any:
        values = {
            entry.key: self._placed(entry, found.value)
            for entry in self._entries.values()
            if entry.section == section and (found := self.found.get(entry.name))
        }
        return replace(default, **values)

    def _placed(self, entry: Entry, value: object) -> object:
        return str(self._folder / str(value)) if entry.rule.path and value else value


def _as_lists(section: str, table: dict[str, object]) -> dict[str, object]:
    """The table with each setting of ``LISTS_NOW`` under its new name, if that is not there too."""
    renewed = dict(table)
    for before, now in LISTS_NOW.items():
        key, name = before.removeprefix(f"{section}."), now.removeprefix(f"{section}.")
        if isinstance(value := table.get(key), str) and name not in table:
            del renewed[key]
            renewed[name] = [] if value == "none" else [value]
    return renewed


def _with_lists(environ: Mapping[str, str]) -> dict[str, str]:
    """The same for the variables of the environment."""
    renewed = dict(environ)
    for before, now in LISTS_NOW.items():
        old, new = (PREFIX + name.replace(".", "_").upper() for name in (before, now))
        if old in environ and new not in environ:
            value = renewed.pop(old)
            renewed[new] = "" if value == "none" else value
    return renewed


def _refusal(name: str, shown: str, origin: str, expected: str, because: str = "") -> str:
    reason = f", because {because}" if because else ""
    return f"{name} = {shown} (from {origin}) is refused: {expected} is expected{reason}."


def _unknown(name: str, shown: str, origin: str, near: list[str]) -> str:
    hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists them all."
    return f"{name} = {shown} (from {origin}) is not a setting; {hint}"


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
