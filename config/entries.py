"""The list of every setting as the schema declares it, for the loader and the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from config.rule import Rule
from config.schema import Settings


@dataclass(frozen=True)
class Entry:
    """One setting; ``kind`` is str, int, bool or tuple."""

    section: str
    key: str
    kind: type
    default: object
    meaning: str
    rule: Rule

    @property
    def name(self) -> str:
        """The full name, such as web.threads."""
        return f"{self.section}.{self.key}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it, such as WAYSTATION_WEB_THREADS."""
        return f"WAYSTATION_{self.section}_{self.key}".upper()


def entries() -> Iterator[Entry]:
    """Every setting, in the order of the schema."""
    defaults = Settings()
    for section in fields(defaults):
        if not is_dataclass(getattr(defaults, section.name)):
            continue  # the site's own fields, which are no settings
        for key in fields(getattr(defaults, section.name)):
            yield Entry(
                section.name,
                key.name,
                type(key.default),
                key.default,
                key.metadata["meaning"],
                key.metadata["rule"],
            )
