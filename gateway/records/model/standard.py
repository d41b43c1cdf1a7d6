"""What a good record of a kind has: declared with the kind, like its fields (pure)."""

from dataclasses import dataclass
from typing import Final

# Business and personal contact: the classes that every reader of a record knows of.
JUDGED: Final = "OP"


@dataclass(frozen=True, slots=True)
class Want:
    """Something a record should have: any one of ``fields`` filled (``contacts.phone`` looks into a
    group). ``weight`` says how much it matters beside the others. ``when`` names a field and its
    values with which it is wanted, like ``Field.when``.
    """

    fields: tuple[str, ...]
    weight: int
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """Everything that makes a record complete."""

    wants: tuple[Want, ...]
