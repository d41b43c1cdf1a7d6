"""What a mapping reads from: an entry with our own names of its fields, and some more (pure).

A new kind needs nothing here. What is added for all of them: ``id`` and ``number``, ``time``,
``active`` (of records), ``aliases``; ``codes``, ``name``, ``net`` and ``price`` of lines; ``title``
and ``untaxed`` of receipts; ``taken`` and ``summary`` of X and Z reports; ``name``, ``reaches`` and
the ``lines`` of addresses of customers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.kernel.money import to_decimal
from gateway.kernel.problems import Problem
from sync.erp.canonical import article_codes, customer
from sync.erp.canonical import named as record_name
from sync.erp.connector import Entry

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One object of ours; inside a list, an element under its ``key`` with all of it around."""

    own: Object
    top: Object

    def get(self, path: str) -> Any:
        """What stands at a path such as ``position.latitude``; None where nothing does.

        ``/currency`` is read from the whole object, wherever one is.
        """
        value: Any = self.top if path.startswith("/") else self.own
        for name in path.removeprefix("/").split("."):
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    def elements(self, path: str, key: str = "") -> "Iterator[tuple[str, Source]]":
        """The elements of a list or group, each under what it is called here."""
        found = self.get(path) or ()
        pairs = found.items() if isinstance(found, Mapping) else enumerate(found, 1)
        for place, (name, value) in enumerate(pairs, 1):
            own = value if isinstance(value, Mapping) else {"value": value}
            element = Source({**own, "key": str(name), "index": place}, self.top)
            yield str(element.get(key) if key else name), element


def source(entry: Entry) -> Source:
    """What a mapping reads of an entry; Problem erp_entry_unreadable."""
    try:
        found = {**entry.data, **_more(entry)}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Problem("erp_entry_unreadable", reason=str(error)) from error
    return Source(found, found)


def record(kind: str, data: Object) -> Source:
    """What a mapping reads of a record that is no entry; Problem erp_entry_unreadable."""
    return source(Entry(seq=0, id="", type="", time="", op="update", data=data, kind=kind))


def _more(entry: Entry) -> dict[str, Any]:
    data: Mapping[str, Any] = entry.data
    more: dict[str, Any] = {"id": entry.subject or entry.id, "time": entry.time}
    if entry.number:
        more["number"] = entry.number
    if entry.kind:
        is_open = data.get("status") != "closed" and data.get("active", True) is not False
        more["active"] = entry.op != "delete" and is_open
        more["aliases"] = {alias: {"id": alias} for alias in entry.aliases}
    if entry.kind == "customer":
        more |= _customer(entry)
    if isinstance(data.get("lines"), list):
        more["lines"] = [_line(line, data) for line in data["lines"]]
    if "register" in data:
        more |= _register(data)
    if isinstance(data.get("customer"), str):
        more["customer"] = record_name(data["customer"])
    return more


def _line(line: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A line with every name of its article, and its amount without taxes in minor units."""
    gtin, sku = line.get("gtin"), line.get("sku")
    names = [*(article_codes(gtin) if gtin else ()), *([sku] if sku else ())]
    more: dict[str, Any] = {"codes": names, "name": sku or gtin or "without a code"}
    if "amount" in line:
        inclusive = data.get("prices_include_tax", False)
        more["net"] = line["amount"] - (line.get("tax", 0) if inclusive else 0)
        more["price"] = None if inclusive or line.get("discount") else line.get("unit_price")
    return {**line, **more}


def _register(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is added to receipts and reports of a register."""
    more: dict[str, Any] = {}
    if "receipt" in data:
        more["title"] = f"{data['register']}, receipt {data['receipt']}"
    if "net" in data:
        more["untaxed"] = data["net"] + data.get("rounding", 0)
    return more | (_report(data) if "report" in data else {})


def _report(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was taken by each kind of payment, but for those that come to nothing, and all of it in
    words: an accountant has it before them where the ERP has no fields for a Z.
    """
    taken = {one["type"]: one["amount"] for one in data.get("tenders", ()) if one["amount"]}
    sums = {name: data[name] for name in ("net", "tax", "rounding", "total") if name in data}
    parts = [*sums.items(), *taken.items()]
    told = [f"{name} {to_decimal(minor, data['currency'])}" for name, minor in parts]
    told += [f"{name} {data[name]}" for name in ("sales", "returns") if data.get(name)]
    return {
        "taken": {type: {"type": type, "amount": amount} for type, amount in taken.items()},
        "summary": f"{data['currency']}: {', '.join(told)}",
    }


def _customer(entry: Entry) -> dict[str, Any]:
    one = customer(entry)
    sent: Mapping[str, Any] = entry.data.get("addresses") or {}  # type: ignore[assignment]
    return {
        "name": one.name,
        "reaches": {
            key: {"type": reach.type, "value": reach.value, "name": reach.name}
            for key, reach in one.reaches.items()
        },
        "addresses": {
            key: {**sent[key], "lines": address.street} for key, address in one.addresses.items()
        },
    }
