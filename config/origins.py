"""What a gateway runs with, setting by setting, and where each value came from (pure)."""

from typing import Literal, NamedTuple

from config.rule import Rule

Layer = Literal["default", "site", "environment", "command"]


class Origin(NamedTuple):
    """Who had the last word on a value.

    ``place`` is the path of the file or the name of the variable, empty for a default or the
    command line; ``through`` the file that a secret was read from.
    """

    layer: Layer
    place: str = ""
    through: str = ""

    @property
    def told(self) -> str:
        """In words, for a sentence."""
        return f"{self.place} through {self.through}" if self.through else self.place


class Listed(NamedTuple):
    """One setting as it runs. ``value`` is None for a secret, of which only ``given`` is told.

    ``kind`` is str, int, bool or tuple; ``variable`` the environment variable that sets it.
    """

    section: str
    key: str
    value: object
    default: object
    given: bool
    secret: bool
    kind: type
    rule: Rule
    meaning: str
    variable: str
    origin: Origin


class Section(NamedTuple):
    """A section, what it is about, and its settings in the order of the schema."""

    name: str
    about: str
    settings: tuple[Listed, ...]


class Origins(NamedTuple):
    """Everything listed, and ``site_file``: where the site writes what differs, there or not."""

    site_file: str = ""
    site_file_exists: bool = False
    sections: tuple[Section, ...] = ()
