"""The settings of the log."""

from dataclasses import dataclass

from config.rule import Rule
from config.setting import setting


@dataclass(frozen=True)
class LogSettings:
    """What the gateway writes to its log."""

    level: str = setting(
        "info",
        "Least important line that is written.",
        Rule(choices=("debug", "info", "warning", "error")),
    )
    format: str = setting(
        "text", "Lines for people or for machines.", Rule(choices=("text", "json"))
    )
