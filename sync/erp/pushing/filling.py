"""Documents whose values are all known: what had to be looked up is filled in."""

from collections.abc import Iterable, Mapping

from sync.erp import line
from sync.erp.line import Values
from sync.erp.mapping.model import Elements, ErpMapping
from sync.erp.mapping.rendering import Asked, Document, Reference, Wanted, WantedValues
from sync.erp.names import Names
from sync.erp.pushing.lookups import Lookups
from sync.erp.pushing.references import References


class Filling:
    """What one batch knows of the ERP's records."""

    def __init__(self, line: line.Line, mapping: ErpMapping, names: Names) -> None:
        self._lookups = Lookups(line)
        self._references = References(line, mapping, names)

    def load(self, documents: Iterable[Document]) -> None:
        """Look up everything that some documents ask for."""
        self._load([value for one in documents for value in _wanted(one)])

    def values(self, wanted: WantedValues) -> Values:
        """Values that can be sent; Refusal where one cannot be known.

        What is looked up in vain and may be missing is left as it is there.
        """
        filled = {theirs: self._value(value) for theirs, value in wanted.items()}
        return {
            theirs: value
            for theirs, value in filled.items()
            if value is not None or not isinstance(wanted[theirs], Asked)
        }

    def lists(self, document: Document) -> dict[str, Mapping[str, Values]]:
        """The elements of each list under our names for them; Refusal."""
        return {
            theirs: {key: self.values(values) for key, values in elements.items()}
            for theirs, elements in document.lists.items()
        }

    def asked(self, wanted: WantedValues) -> Values:
        """Values of something that was not loaded with a document; Refusal."""
        self._load(list(wanted.values()))
        return self.values(wanted)

    def _load(self, values: list[Wanted]) -> None:
        self._lookups.load(value for value in values if isinstance(value, Asked))
        self._references.load(value for value in values if isinstance(value, Reference))

    def _value(self, value: Wanted) -> line.Plain | line.Link | line.Links:
        if isinstance(value, Asked):
            return self._lookups.get(value)
        return self._references.get(value) if isinstance(value, Reference) else value


def _wanted(document: Document) -> Iterable[Wanted]:
    yield from document.values.values()
    for elements in document.lists.values():
        for values in elements.values():
            yield from values.values()


def new_elements(lists: Iterable[tuple[Elements, Iterable[Values]]]) -> dict[str, line.Elements]:
    """New elements by the field of theirs that they stand in, which two lists may share."""
    found: dict[str, line.Elements] = {}
    for one, told in lists:
        before = found[one.place].values if one.place in found else ()
        new = (creation(values, {}) for values in told)
        found[one.place] = line.Elements(one.model, (*before, *new))
    return found


def creation(values: Values, lists: Mapping[str, line.Elements]) -> Values:
    """What a new record is made of: what has no value is left to the ERP."""
    told = {name: value for name, value in values.items() if value is not None}
    return {**told, **{name: one for name, one in lists.items() if one.values}}
