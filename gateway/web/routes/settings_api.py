"""What this gateway runs with, and where each value came from, for its administrator."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from flask import Blueprint, g
from msgspec import Struct

from config import words
from config.origins import Listed, Section
from gateway.kernel import languages
from gateway.keys import protection
from gateway.keys.protection import Protection
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts


class Source(Struct):
    """Who had the last word; ``place`` is a path or a variable, ``through`` a secret's file."""

    layer: Literal["default", "site", "environment", "command"]
    place: str
    through: str


class Setting(Struct):
    """One setting as it runs. A secret has no value here: ``given`` says whether it has one."""

    section: str
    key: str
    value: str | int | bool | list[str] | None
    default: str | int | bool | list[str] | None
    given: bool
    secret: bool
    unit: str
    meaning: str
    expected: str
    variable: str
    source: Source


class SettingsSection(Struct):
    """Settings of one part of the house."""

    name: str
    about: str
    settings: list[Setting]


class SiteTable(Struct):
    """A table of the site's own: fields of records, or rules; ``names`` by kind of record."""

    name: Literal["fields", "survivorship"]
    place: str
    names: dict[str, list[str]]


class RunningSettings(Struct):
    """Everything, read when the gateway started. ``site_file`` is where differences are written."""

    site_file: str
    site_file_exists: bool
    data_folder: str
    sections: list[SettingsSection]
    tables: list[SiteTable]


def blueprint(parts: Parts) -> Blueprint:
    """The routes /api/v1/settings and /api/v1/keys."""
    api = Blueprint("settings", __name__, url_prefix="/api/v1")

    @api.get("/settings")
    @allows(
        "settings",
        "list",
        answers={200: RunningSettings},
        summary="What this gateway runs with, and where each value came from; no secrets",
    )
    def settings() -> Any:
        known = parts.settings
        fields, rules = known.site_fields, known.survivorship
        return RunningSettings(
            known.origins.site_file,
            known.origins.site_file_exists,
            str(parts.store.folder),
            [_section(section, _say) for section in known.origins.sections],
            [
                SiteTable("fields", fields.origin, _names(fields.tables)),
                SiteTable("survivorship", rules.origin, _names(rules.tables)),
            ],
        )

    @api.get("/keys")
    @allows(
        "settings",
        "list",
        answers={200: Protection},
        summary="How the key of the data is kept, and what that protects",
    )
    def keys() -> Any:
        return protection.of(parts.store.folder, parts.settings.store, g.language)

    return api


def _say(english: str) -> str:
    """A text of the settings in the caller's language; what the house did not write stays."""
    return languages.told(g.language, english, words.SIMPLIFIED.get(english, english))


def _section(section: Section, say: Callable[[str], str]) -> SettingsSection:
    settings = [_setting(one, say) for one in section.settings]
    return SettingsSection(section.name, say(section.about), settings)


def _setting(one: Listed, say: Callable[[str], str]) -> Setting:
    told: dict[str, Any] = one._asdict()
    kind, rule = told.pop("kind"), told.pop("rule")
    told["meaning"], told["unit"] = say(one.meaning), say(rule.unit)
    told["expected"] = rule.expectation(kind, say)
    source = Source(*told.pop("origin"))
    for name in ("value", "default"):
        told[name] = list(told[name]) if isinstance(told[name], tuple) else told[name]
    return Setting(**told, source=source)


def _names(tables: Mapping[str, object]) -> dict[str, list[str]]:
    """What stands in a site's tables, by kind: names alone, the file has the rest."""
    return {
        kind: sorted(str(name) for name in table)
        for kind, table in tables.items()
        if isinstance(table, Mapping)
    }
