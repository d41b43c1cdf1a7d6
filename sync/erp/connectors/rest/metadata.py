"""The metadata of an OData service (CSDL in XML, OData 4.01 part 4), as far as records need it.

A model is an entity set. A property that stands for another entity by its key is a link, a list of
entities inside one is its elements.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.kernel import safe_xml
from gateway.kernel.safe_xml import ExpatError, Refused
from sync.erp.line import FieldType, Known

TYPES: Final[Mapping[str, FieldType]] = {
    "Edm.Int16": "integer",
    "Edm.Int32": "integer",
    "Edm.Int64": "integer",
    "Edm.Byte": "integer",
    "Edm.Decimal": "decimal",
    "Edm.Double": "decimal",
    "Edm.Boolean": "boolean",
    "Edm.Date": "date",
    "Edm.DateTimeOffset": "instant",
}
_COLLECTION: Final = "Collection("


@dataclass(slots=True)
class Entity:
    """One entity type: its key, its properties by their Edm type, and what leads elsewhere."""

    name: str
    key: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)  # name -> entity type
    links: dict[str, str] = field(default_factory=dict)  # navigation -> entity type
    foreign: dict[str, str] = field(default_factory=dict)  # property -> entity type


@dataclass(slots=True)
class Metadata:
    """Entity types by name, and the sets of them."""

    entities: dict[str, Entity] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)

    def entity(self, model: str) -> Entity | None:
        """The type of an entity set."""
        return self.entities.get(self.sets.get(model, ""))

    def model(self, entity: str) -> str:
        """The set of an entity type; empty where it has none."""
        return next((name for name, type in self.sets.items() if type == entity), "")

    def fields(self, model: str) -> dict[str, Known] | None:
        """The fields of an entity set as the line describes them; None where there is none."""
        entity = self.entity(model)
        if entity is None:
            return None
        known: dict[str, Known] = {}
        for name, type in entity.properties.items():
            required = name in entity.needed and name != entity.key
            if name in entity.foreign:
                known[name] = Known("link", required, model=self.model(entity.foreign[name]))
            else:
                known[name] = Known(TYPES.get(type, "text"), required)
        for name, type in entity.lists.items():
            known[name] = Known("elements", model=self.model(type))
        return known


def read(body: bytes) -> Metadata:
    """The metadata of a service; ValueError where it is none."""
    reading = _Reading()
    parser = safe_xml.parser(reading.start, reading.text, reading.end)
    try:
        parser.Parse(body, True)
    except (ExpatError, Refused) as error:
        raise ValueError(str(error) or "it declares a document type") from error
    if not reading.found.sets:
        raise ValueError("it names no entity sets")
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found = Metadata()
        self._entity: Entity | None = None
        self._namespace = ""
        self._navigation = ""

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        if tag == "Schema":
            self._namespace = told.get("Namespace", "")
        elif tag == "EntityType":
            self._entity = Entity(f"{self._namespace}.{told['Name']}")
            self.found.entities[self._entity.name] = self._entity
        elif tag == "EntitySet":
            self.found.sets[told["Name"]] = told["EntityType"]
        elif self._entity is not None:
            self._inside(self._entity, tag, told)

    def _inside(self, entity: Entity, tag: str, told: Mapping[str, str]) -> None:
        if tag == "PropertyRef":
            entity.key = entity.key or told["Name"]
        elif tag == "Property":
            entity.properties[told["Name"]] = told.get("Type", "")
            if told.get("Nullable") == "false" and "DefaultValue" not in told:
                entity.needed.add(told["Name"])
        elif tag == "NavigationProperty":
            self._navigation, type = told["Name"], told.get("Type", "")
            inner = type.removeprefix(_COLLECTION).rstrip(")")
            (entity.lists if type.startswith(_COLLECTION) else entity.links)[told["Name"]] = inner
        elif tag == "ReferentialConstraint" and self._navigation in entity.links:
            entity.foreign[told["Property"]] = entity.links[self._navigation]

    def text(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        if name == "EntityType":
            self._entity = None
