"""How a member of a fact is made of a foreign body: paths, literals and a few operations (pure).

An expression is JSON. A text is a path (``payment.amount_money.amount``, ``lines.0.sku``) from the
element at hand, ``$.`` from the whole event, ``@name`` a header, ``=word`` the word itself. An
integer is itself, a list the values of its expressions. An object names one operation:

    {"money": E}                    decimal text in the currency of the fact, as minor units
    {"minor": E}                    an integer, which is in minor units already
    {"text": E}                     a number or a truth value as text
    {"sum": [E, ...]}               added up; lists inside are added up too
    {"less": [E, E, ...]}           the first less all others
    {"times": [E, E]}               a quantity times a price in minor units, rounded half up once
    {"rates": E}                    fractions added up, as decimal text
    {"percents": E}                 the same from percentages
    {"first": [E, ...]}             the first that is there and is not empty
    {"words": {"CASH": "cash"}, "of": E, "else": "other"}
    {"each": PATH, "object": {...}} an object for every element of a list
    {"each": PATH, "value": E}      a value for every element of a list; both leave out elements
                                    named by "without": {"price": ["0", "0.00"]}
    {"object": {...}}               an object; a member whose name ends with ? may be missing
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, NoReturn

from devices.webhooks.values import MappingFault, MissingFault, bounded, numeric, text
from gateway.kernel import money
from gateway.kernel.problems import Problem


@dataclass(frozen=True)
class Scope:
    """What an expression sees. ``decimals`` are those of the fact's currency."""

    event: object
    here: object
    headers: Mapping[str, str]
    decimals: int | None = None


Expression = Callable[[Scope], Any]
Conditions = Sequence[tuple[Expression, Sequence[str]]]


def compiled(source: object) -> Expression:
    """An expression ready to be used; ValueError with a sentence when it is none."""
    if isinstance(source, str):
        return _reference(source)
    if isinstance(source, bool | int):
        return lambda _: source
    if isinstance(source, list):
        parts = [compiled(one) for one in source]
        return lambda scope: [value for part in parts for value in _flat(part(scope))]
    if isinstance(source, dict):
        for name, make in _OPERATIONS.items():
            if name in source:
                return make(source)
    raise ValueError(f"{str(source)[:60]} is no expression.")


def members(source: object) -> Expression:
    """An object of members; its currency is known to the others."""
    if not isinstance(source, dict):
        _refuse(f"{str(source)[:60]} is no object of members.")
    made = {name: compiled(one) for name, one in source.items()}
    ordered = sorted(made.items(), key=lambda item: item[0] != "currency")

    def build(scope: Scope) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, make in ordered:
            try:
                found[name.removesuffix("?")] = make(scope)
            except MappingFault as fault:
                if not (isinstance(fault, MissingFault) and name.endswith("?")):
                    raise fault.within(name) from fault
            if name == "currency":
                scope = replace(scope, decimals=_decimals(found[name]))
        return found

    return build


def _refuse(sentence: str) -> NoReturn:
    raise ValueError(sentence)


def _reference(source: str) -> Expression:
    if source.startswith("="):
        return lambda _: source[1:]
    if source.startswith("@"):
        return lambda scope: _there(scope.headers.get(source[1:].lower()), source)
    whole = source.startswith("$")
    steps = [step for step in source.removeprefix("$").split(".") if step]

    def walk(scope: Scope) -> Any:
        value = scope.event if whole else scope.here
        for step in steps:
            value = _step(value, step)
        return _there(value, source)

    return walk


def _step(value: object, step: str) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 6:
        return value[int(step)] if int(step) < len(value) else None
    return None


def _there(value: object, source: str) -> object:
    if value is None:
        raise MissingFault("nothing_there", source)
    return value


def _decimals(currency: object) -> int:
    try:
        return money.exponent(str(currency))
    except Problem as problem:
        raise MappingFault("currency_unknown") from problem


def _minor(scope: Scope, value: object) -> int:
    """Decimal text as minor units."""
    if scope.decimals is None:
        raise MappingFault("currency_missing")
    return bounded(money.round_half_up(numeric(value).scaleb(scope.decimals)))


def _flat(value: object) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _added(scope: Scope, parts: list[Expression]) -> int:
    return bounded(sum(bounded(one) for part in parts for one in _flat(part(scope))))


def _several(source: Mapping[str, Any], name: str, least: int = 1) -> list[Expression]:
    given = source[name]
    if not isinstance(given, list) or len(given) < least:
        raise ValueError(f'"{name}" takes a list of at least {least}.')
    return [compiled(one) for one in given]


def _less(source: Mapping[str, Any]) -> Expression:
    first, *others = _several(source, "less", 2)
    return lambda scope: bounded(_added(scope, [first]) - _added(scope, others))


def _times(source: Mapping[str, Any]) -> Expression:
    quantity, price = _several(source, "times", 2)[:2]

    def multiply(scope: Scope) -> int:
        return bounded(money.line_amount(numeric(quantity(scope)), bounded(price(scope))))

    return multiply


def _sum(source: Mapping[str, Any]) -> Expression:
    parts = _several(source, "sum")
    return lambda scope: _added(scope, parts)


def _rates(source: object, digits: int) -> Expression:
    inner = compiled(source)

    def add(scope: Scope) -> str:
        found = sum((numeric(one) for one in _flat(inner(scope))), Decimal(0)).scaleb(-digits)
        return f"{found.normalize():f}"

    return add


def _first(source: Mapping[str, Any]) -> Expression:
    parts = _several(source, "first")

    def choose(scope: Scope) -> Any:
        for part in parts:
            try:
                if (value := part(scope)) not in ("", [], {}):
                    return value
            except MissingFault:
                continue
        raise MissingFault("nothing_there")

    return choose


def _words(source: Mapping[str, Any]) -> Expression:
    table, inner, other = source["words"], compiled(source.get("of")), source.get("else")
    if not isinstance(table, dict):
        _refuse('"words" takes an object of texts.')

    def translate(scope: Scope) -> Any:
        word = table.get(text(inner(scope)), other)
        return _there(word, "words")

    return translate


def _each(source: Mapping[str, Any]) -> Expression:
    where = compiled(source["each"])
    make = members(source["object"]) if "object" in source else compiled(source.get("value"))
    without = conditions(source.get("without", {}))

    def collect(scope: Scope) -> list[Any]:
        try:
            found = where(scope)
        except MissingFault:
            return []
        if not isinstance(found, list):
            raise MappingFault("no_list")
        scopes = [replace(scope, here=one) for one in found]
        return [make(one) for one in scopes if not (without and holds(without, one))]

    return collect


def conditions(source: object) -> Conditions:
    """Which texts must stand at which places; ValueError."""
    if not isinstance(source, dict):
        _refuse("Conditions are an object of places and texts.")
    return [
        (compiled(place), [words] if isinstance(words, str) else list(words))
        for place, words in source.items()
    ]


def holds(wanted: Conditions, scope: Scope) -> bool:
    """Whether each place has one of its texts."""
    return all(_word_at(place, scope) in words for place, words in wanted)


def _word_at(place: Expression, scope: Scope) -> str:
    try:
        return text(place(scope))
    except MappingFault:
        return ""


_OPERATIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], Expression]]] = {
    "each": _each,
    "object": lambda source: members(source["object"]),
    "sum": _sum,
    "less": _less,
    "times": _times,
    "rates": lambda source: _rates(source["rates"], 0),
    "percents": lambda source: _rates(source["percents"], 2),
    "first": _first,
    "words": _words,
    "money": lambda source: _with(source["money"], _minor),
    "minor": lambda source: _with(source["minor"], lambda _, value: bounded(value)),
    "text": lambda source: _with(source["text"], lambda _, value: text(value)),
}


def _with(source: object, change: Callable[[Scope, Any], Any]) -> Expression:
    inner = compiled(source)
    return lambda scope: change(scope, inner(scope))
