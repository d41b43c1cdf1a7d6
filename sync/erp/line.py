"""The line to an ERP's records: the few things that every ERP can be asked, in one shape.

Whoever keeps this for an ERP (its client) lets everything else be told by a mapping file: what is
pushed and taken in, what is compared, what is checked before going live. A client owns the ERP's
wire format and the meaning of its failures, and nothing of what a customer or a sale is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

Plain = str | int | bool | Decimal | None
Row = Mapping[str, Plain]
Operator = Literal["=", "!=", ">", ">=", "<", "<=", "in"]
FieldType = Literal[
    "text",
    "integer",
    "decimal",
    "boolean",
    "date",
    "instant",
    "choice",
    "link",
    "links",
    "elements",
]


@dataclass(frozen=True, slots=True)
class Link:
    """A value that stands for another record of the ERP, by the id it has there."""

    model: str
    id: str


@dataclass(frozen=True, slots=True)
class Links:
    """Other records that a value stands for, such as the taxes of a line: these and no others."""

    model: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elements:
    """The records inside a new one, such as the lines of an order: made with it, all or none."""

    model: str
    values: "tuple[Values, ...]"


Values = Mapping[str, Plain | Link | Links | Elements]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition of a question; several hold together. ``in`` takes a sequence."""

    field: str
    operator: Operator
    value: Plain | Sequence[Plain]


@dataclass(frozen=True, slots=True)
class Known:
    """A field as the ERP describes it.

    ``required``: no record is made without it, for there is no default. ``model`` is what a link or
    elements point to.
    """

    type: FieldType
    required: bool = False
    read_only: bool = False
    model: str = ""
    choices: tuple[str, ...] = ()


class Line(Protocol):
    """One ERP's records, over one connection with one key.

    Every call raises ``Refusal`` for what was asked and ``Trouble`` for the line. A request is sent
    once; whoever has no answer looks before it asks again.
    """

    def answers(self) -> str:
        """What answers there: product, version and company, for people."""

    def describe(self, model: str) -> Mapping[str, Known] | None:
        """The fields of a model as the ERP has them now; None where it has no such model."""

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        """Records of a model, inactive ones too; all of them without a limit, however many pages.

        A row has ``id`` (text) and each asked field: a link is the other record's id or None, a
        date ``2026-11-21``, an instant ``2026-11-21T08:00:00Z`` whatever zone the ERP keeps. A
        dotted field (``country.code``) is that field of the linked record.
        """

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        """New records, all or none; their ids in order."""

    def update(self, model: str, id: str, values: Values) -> None:
        """Change one record, be it active or not. ``Elements`` are added to those there are."""

    def press(self, model: str, id: str, action: str) -> None:
        """Let a record take a step, such as ``confirm``."""


def by_link(fields: Sequence[str]) -> dict[str, list[str]]:
    """What a question asks of linked records, by the link: of ``country.code`` it is the code."""
    found: dict[str, list[str]] = {}
    for link, _, rest in (field.partition(".") for field in fields):
        if rest:
            found.setdefault(link, []).append(rest)
    return found
