"""How one setting is declared: its default, a sentence about it, and the rule its values keep."""

from dataclasses import field
from typing import TypeVar

from config.rule import Rule

T = TypeVar("T")
Misfit = tuple[str, str]  # the full name of a setting, and what is expected of it beside the others


def setting(default: T, meaning: str, rule: Rule | None = None) -> T:
    """A field with its default, a sentence about it, and the rule its values keep."""
    rule = rule or Rule()
    return field(default=default, metadata={"meaning": meaning, "rule": rule}, repr=not rule.secret)
