"""From the tables of a mapping file, once they are known to be sound, to the mapping (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sync.erp.line import Plain
from sync.erp.mapping.model import (
    GROUP_MAX,
    Direction,
    Elements,
    Erp,
    ErpMapping,
    Field,
    Lookup,
    Rounding,
    Steps,
    Table,
    Twins,
)

_AROUND = ("erp", "values")


def mapping(name: str, tables: Mapping[str, Any]) -> ErpMapping:
    """The mapping that sound tables tell; values named by ``$name`` are put in."""
    values = tables.get("values", {})
    filled = {key: _filled(one, values) for key, one in tables.items() if key != "values"}
    told = filled.get("erp", {})
    half: Literal["up", "even"] = told.get("half", "up")
    erp = Erp(told.get("name", name), told.get("time_zone", ""), half)
    built = (_table(key, one) for key, one in filled.items() if key not in _AROUND)
    left = told.get("leaves", ())
    return ErpMapping(name, tuple(one for one in built if one.source not in left), erp)


def _filled(told: Any, values: Mapping[str, Plain]) -> Any:
    if isinstance(told, Mapping):
        return {key: _filled(one, values) for key, one in told.items()}
    if isinstance(told, list):
        return [_filled(one, values) for one in told]
    return values[told[1:]] if isinstance(told, str) and told.startswith("$") else told


def _table(name: str, told: Mapping[str, Any]) -> Table:
    direction: Direction = told.get("direction", "out")
    steps = _steps(told.get("steps"))
    return Table(
        name=name,
        source=told.get("of", name),
        each=told.get("each", ""),
        key=told.get("key", ""),
        model=told["model"],
        id=told.get("id", ""),
        direction=direction,
        prefix=told.get("prefix", ""),
        number=told.get("number", ""),
        active=told.get("active", ""),
        inactive=told.get("inactive", ""),
        changed=told.get("changed", ""),
        is_unique=told.get("unique", False),
        group=told.get("group", 1 if steps else GROUP_MAX),
        fields=_fields(told["fields"], direction),
        lists=tuple(_list(name, one, direction) for name, one in told.get("lists", {}).items()),
        where=told.get("where", {}),
        when=_when(told.get("when", {})),
        steps=steps,
        sums=told.get("sums", {}),
        rounding=_rounding(told.get("rounding")),
        twins=_twins(told.get("twins")),
        incoming=told.get("in", {}),
    )


def _fields(told: Mapping[str, Any], direction: Direction) -> tuple[Field, ...]:
    return tuple(
        _field(theirs, {"from": one} if isinstance(one, str) else one, direction)
        for theirs, one in told.items()
    )


def _field(theirs: str, told: Mapping[str, Any], direction: Direction) -> Field:
    told_as = told.get("as", "")
    is_table = isinstance(told_as, Mapping)
    return Field(
        theirs=theirs,
        paths=tuple(told.get("join") or _many(told.get("from", ()))),
        is_joined="join" in told,
        template=told.get("text", ""),
        constant=told.get("value"),
        transform="" if is_table else told_as,
        values=told_as if is_table else {},
        places=told.get("places", 4),
        otherwise=told.get("else"),
        keeps=told.get("empty") == "leave",
        drops_zero="zero" in told,
        lookup=_lookup(told),
        refers=told.get("refers", ""),
        by="" if "link" in told or "links" in told else _first(told.get("by", "")),
        direction=told.get("direction") or ("out" if _only_out(told, direction) else direction),
    )


def comes_back(told: Mapping[str, Any], *, in_element: bool = False) -> bool:
    """Whether a field can be read from a row of theirs too: one of ours and one of theirs.

    Of several of ours the first takes it, where that is said: only in an element, of which what we
    pushed ourselves is known.
    """
    ours = told.get("from")
    if isinstance(ours, list) and in_element and told.get("direction") == "both":
        ours = ours[0]
    one_of_ours = isinstance(ours, str) and not ours.startswith("/")
    return one_of_ours and told.get("as") != "price" and not told.keys() & {"links", "refers"}


def _only_out(told: Mapping[str, Any], direction: Direction) -> bool:
    """A field of a table that goes both ways goes out where it has no way back."""
    return direction == "both" and not comes_back(told)


def _lookup(told: Mapping[str, Any]) -> Lookup | None:
    model = told.get("link") or told.get("links")
    if not model and "take" not in told:
        return None
    return Lookup(
        model=model or "",
        by=_many(told.get("by", ())),
        where=told.get("where", {}),
        is_many="links" in told,
        first="several" in told,
        is_optional="missing" in told,
        take=told.get("take", ""),
        to=told.get("to", ""),
        what=told.get("what", model or ""),
    )


def _list(theirs: str, told: Mapping[str, Any], around: Direction) -> Elements:
    """A list goes the way of its table; in one that goes both ways it goes out, as the usual."""
    direction: Direction = told.get("direction") or ("in" if around == "in" else "out")
    return Elements(
        theirs=theirs,
        each=told["each"],
        model=told["model"],
        parent=told["parent"],
        fields=_fields(told["fields"], direction),
        key=told.get("key", ""),
        active=told.get("active", ""),
        when=_when(told.get("when", {})),
        direction=direction,
        changed=told.get("changed", ""),
        new=told.get("new", {}),
        stands_in=told.get("in", ""),
        where={name: tuple(_listed(one)) for name, one in told.get("where", {}).items()},
    )


def _rounding(told: Mapping[str, Any] | None) -> Rounding | None:
    if told is None:
        return None
    return Rounding(
        list=told["list"],
        amount=told["amount"],
        fields=_fields(told.get("fields", {}), "out"),
        source=told.get("from", ""),
        sum=told.get("sum", ""),
        like=tuple(told.get("like", ())),
    )


def _steps(told: Mapping[str, Any] | None) -> Steps | None:
    if told is None:
        return None
    states = {state: _many(presses) for state, presses in told.items() if state != "field"}
    return Steps(told["field"], states)


def _twins(told: Mapping[str, Any] | None) -> Twins | None:
    if told is None:
        return None
    return Twins(told["cancel"], tuple(map(str, told["open"])), tuple(map(str, told["order"])))


def _when(told: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {path: tuple(map(_name, _listed(one))) for path, one in told.items()}


def _name(value: Plain) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(told: Any) -> Sequence[Any]:
    return told if isinstance(told, list) else (told,)


def _many(told: Any) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def _first(told: Any) -> str:
    return next(iter(_many(told)), "") if told else ""
