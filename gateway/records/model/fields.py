"""What a kind says about its fields: type, rules, merge policy, class and labels (pure).

A field is declared once. Validation, the schema that phones get, merging, masks and sealing all
read this declaration, so none of them can disagree with another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.kernel import postal_codes
from gateway.kernel.languages import ENGLISH, LANGUAGES, nearest, traditional

Data = dict[str, object]
Path = tuple[str, ...]

Type = Literal[
    "text", "multiline", "choice", "country", "language", "currency", "phone", "email", "url",
    "date", "money", "integer", "decimal", "tax_id", "iban", "boolean", "tags", "gtin", "group",
    "code", "postal_code", "wechat", "bic", "account_number", "reference",
    "instant",
]  # fmt: skip
Policy = Literal["plain", "contact", "identity", "guarded", "consent", "erp"]

LENGTH_MAX: Final[Mapping[str, int]] = {
    "text": 200, "multiline": 5000, "tags": 60, "url": 500, "code": 60, "postal_code": 20,
}  # fmt: skip
# Types of which the code on a label may be a value.
SCANNABLE: Final = ("text", "code", "gtin", "tags")
# Types whose values say what they say in one line of text, and so may be sealed.
SEALABLE: Final = ("text", "code", "iban", "tax_id", "account_number")
ELEMENTS_MAX: Final = 100
# Terms, banks and identities: whoever reads the policy table must find them under F, B or I.
GUARDED_CLASSES: Final = "FBI"


@dataclass(frozen=True, slots=True)
class Labels:
    """A name on screen in the languages of the house.

    Nobody writes ``zh_hant`` for a kind of the house: it is derived from ``zh``. A site may.
    """

    en: str
    zh: str
    zh_hant: str = ""

    @property
    def traditional(self) -> str:
        """In traditional characters; a site's own label that gives none is shown as it is."""
        return self.zh_hant or traditional(self.zh)

    @property
    def every(self) -> tuple[str, ...]:
        """In each language, as people may have written it."""
        return (self.en, self.zh, self.traditional)

    def schema(self) -> dict[str, str]:
        """By language tag, for JSON."""
        return dict(zip(LANGUAGES, self.every, strict=True))

    def said(self, tag: str) -> str:
        """In the language that a tag asks for; English where none is near."""
        return self.schema()[nearest(tag) or ENGLISH]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice. Where the policy is consent, the strictest stands first."""

    value: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of these fields is filled; ``code`` is the problem where none is."""

    fields: tuple[str, ...]
    code: str = "one_of_required"


@dataclass(frozen=True, slots=True)
class Single:
    """At most one element of a group has ``value`` in ``field``."""

    field: str
    value: str
    code: str = "choice_taken"


Constraint = OneOf | Single


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a kind, or of an element of a group.

    ``policy`` says how two people's changes are merged, ``data_class`` (O, P, F, B, I) who may see
    and write it. ``guarded`` fields are set at creation and later changed only with authority.
    ``sealed`` texts are stored encrypted. A group holds ``fields`` in a map keyed by element id;
    ``unit`` merges an element as one value. ``country_field`` names the field that holds the
    country of a phone or tax id: beside it, else at the top, else the gateway's country.
    ``minimum`` and ``maximum`` bound numbers, ``items`` is the type of the members of ``tags``. A
    ``default`` fills a creation; ``{country}``, ``{currency}`` and ``{language}`` in it stand for
    the gateway's own, and ``{today}`` for the day a form is filled in.

    ``when`` names a field and the values of it with which this one exists: ``("type", "person")``.
    A filled field ``needs`` others beside it. ``past`` refuses days to come. ``keys`` are the only
    elements a group may have, each with its label: a table of questions, not a list.
    ``constraints`` hold inside each element of a group (OneOf) or among them (Single). ``folded``
    fields wait behind one more tap in a form: they are seldom filled. Into ``scannable`` ones a
    scanner may type. ``one`` is what a single
    element of a group is called. ``place`` (region, city or
    district) offers names of a country's divisions. A reference holds the id of a record, which is
    one of the kind ``to``.
    """

    name: str
    type: Type
    labels: Labels
    policy: Policy = "plain"
    data_class: str = "O"
    required: bool = False
    sealed: bool = False
    max_length: int = 0
    minimum: str = ""
    maximum: str = ""
    choices: tuple[Choice, ...] = ()
    country_field: str = ""
    items: Literal["text", "gtin"] = "text"
    unit: bool = False
    default: object = None
    fields: "tuple[Field, ...]" = ()
    when: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    past: bool = False
    keys: tuple[Choice, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    folded: bool = False
    scannable: bool = False
    place: str = ""
    to: str = ""
    one: Labels | None = None

    def __post_init__(self) -> None:
        if self.guarded and self.data_class not in GUARDED_CLASSES:
            raise ValueError(f"{self.name} is guarded: its class is one of {GUARDED_CLASSES}")
        if self.sealed and self.type not in SEALABLE:
            raise ValueError(f"{self.name}: only texts can be sealed")
        if bool(self.fields) != (self.type == "group"):
            raise ValueError(f"{self.name}: a group has fields, and nothing else has")
        if bool(self.choices) != (self.type == "choice"):
            raise ValueError(f"{self.name}: a choice has choices, and nothing else has")
        if (self.keys or self.constraints) and self.type != "group":
            raise ValueError(f"{self.name}: only a group has keys and constraints")
        if self.to and self.type != "reference":
            raise ValueError(f"{self.name}: only a reference is to another kind")
        if self.past and self.type != "date":
            raise ValueError(f"{self.name}: only a date can lie in the past")
        self._check_scanning()

    def _check_scanning(self) -> None:
        if self.scannable and self.type not in SCANNABLE:
            raise ValueError(f"{self.name}: only texts and codes can be scanned into")

    @property
    def guarded(self) -> bool:
        """Whether a change takes more authority than entering the record did."""
        return self.policy == "guarded"

    @property
    def length_max(self) -> int:
        """The most characters a text may have."""
        return self.max_length or LENGTH_MAX.get(self.type, 200)

    def member(self, name: str) -> "Field | None":
        """A field of a group's elements by name."""
        return next((field for field in self.fields if field.name == name), None)

    def rules(self) -> dict[str, object]:
        """What a phone checks before it sends."""
        rules: dict[str, object] = {}
        if self.type in ("text", "multiline", "url", "tags"):
            rules["max_length"] = self.length_max
        if self.minimum:
            rules["min"] = self.bound(self.minimum)
        if self.maximum:
            rules["max"] = self.bound(self.maximum)
        if self.choices:
            rules["choices"] = [
                {"value": choice.value, "labels": choice.labels.schema()} for choice in self.choices
            ]
        if self.country_field:
            rules["country_field"] = self.country_field
        if self.items != "text":
            rules["items"] = self.items
        return rules | self._rules_beside()

    def _rules_beside(self) -> dict[str, object]:
        """The rules that look at other fields, and the ones of a single type."""
        found: dict[str, object] = {
            "when": list(self.when),
            "needs": list(self.needs),
            "past": self.past,
            "place": self.place,
            "to": self.to,
            "keys": [{"value": key.value, "labels": key.labels.schema()} for key in self.keys],
            **constraint_rules(self.constraints),
        }
        if self.type == "postal_code":
            found["patterns"] = dict(postal_codes.PATTERNS)
        return {name: rule for name, rule in found.items() if rule}

    def bound(self, text: str) -> object:
        """A bound as it stands in JSON: whole numbers as such, decimals as text."""
        return text if self.type == "decimal" else int(text)


def constraint_rules(constraints: tuple[Constraint, ...]) -> dict[str, object]:
    """Constraints as a phone reads them."""
    either = [c for c in constraints if isinstance(c, OneOf)]
    single = [c for c in constraints if isinstance(c, Single)]
    rules: dict[str, object] = {}
    if either:
        rules["one_of"] = [{"fields": list(c.fields), "code": c.code} for c in either]
    if single:
        rules["single"] = [{"field": c.field, "value": c.value, "code": c.code} for c in single]
    return rules


def find(fields: tuple[Field, ...], path: Path) -> Field | None:
    """The field at a path such as ``("contacts", "<element id>", "phone")``.

    A group's element is the group itself; None for a place the declaration does not know.
    """
    for field in fields if path else ():
        if field.name == path[0]:
            return field if len(path) < 3 else field.member(path[2])
    return None


def leaves(
    fields: tuple[Field, ...], data: Mapping[str, object]
) -> Iterator[tuple[Path, Field, object]]:
    """Every value of a record with its path and field; groups are entered, unknown names not."""
    for field in fields:
        value = data.get(field.name)
        if field.type != "group":
            if value is not None:
                yield (field.name,), field, value
        elif isinstance(value, dict):
            for element, members in value.items():
                if isinstance(members, dict):
                    for path, member, inner in leaves(field.fields, members):
                        yield (field.name, element, *path), member, inner
