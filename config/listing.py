"""Lists what a gateway runs with, setting by setting, without a single secret."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from config.entries import Entry, entries
from config.origins import Listed, Origin, Section
from config.schema import Settings

# What may stand before the host of an address: a name and a password.
_NAMED = re.compile(r"(?<=://)[^/@]*@")


def sections(settings: Settings, origins: Mapping[str, Origin]) -> tuple[Section, ...]:
    """Every setting with its value and its origin, by the setting's full name."""
    return tuple(
        Section(
            name,
            str(type(getattr(settings, name)).__doc__),
            tuple(_listed(entry, settings, origins) for entry in group),
        )
        for name, group in groupby(entries(), lambda entry: entry.section)
    )


def overruled(settings: Settings, values: Mapping[str, object]) -> Settings:
    """The settings with what the command line says instead, and listed as said there."""
    origins = {
        f"{one.section}.{one.key}": one.origin
        for section in settings.origins.sections
        for one in section.settings
    }
    changes: dict[str, Any] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        changes[section] = replace(changes.get(section, getattr(settings, section)), **{key: value})
        origins[name] = Origin("command")
    changed = replace(settings, **changes)
    return replace(changed, origins=changed.origins._replace(sections=sections(changed, origins)))


def _listed(entry: Entry, settings: Settings, origins: Mapping[str, Origin]) -> Listed:
    value = getattr(getattr(settings, entry.section), entry.key)
    secret = entry.rule.secret
    return Listed(
        section=entry.section,
        key=entry.key,
        value=None if secret else _shown(entry, value),
        default=None if secret else entry.default,
        given=bool(value),
        secret=secret,
        kind=entry.kind,
        rule=entry.rule,
        meaning=entry.meaning,
        variable=entry.variable,
        origin=origins.get(entry.name, Origin("default")),
    )


def _shown(entry: Entry, value: object) -> object:
    """An address may carry a password: that part of it is a secret, too."""
    if entry.rule.shape == "url" and isinstance(value, str):
        return _NAMED.sub("…@", value)
    return value
