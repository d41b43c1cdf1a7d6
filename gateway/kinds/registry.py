"""Every kind there is: one file in this folder each, found by its constant ``KIND``."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

import gateway.kinds
from gateway.records.model.kind import Kind


def discover() -> Mapping[str, Kind]:
    """The declared kinds by name.

    ValueError when two share a name or a number letter: their numbers would be the same.
    """
    found: dict[str, Kind] = {}
    letters: set[str] = set()
    for module in pkgutil.iter_modules(gateway.kinds.__path__, "gateway.kinds."):
        kind = (
            getattr(import_module(module.name), "KIND", None) if module.name != __name__ else None
        )
        if not isinstance(kind, Kind):
            continue
        if kind.name in found or kind.number_letter in letters:
            raise ValueError(f"{module.name}: its name or number letter is taken")
        found[kind.name] = kind
        letters.add(kind.number_letter)
    return MappingProxyType(found)


KINDS: Final = discover()
