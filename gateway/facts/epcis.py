"""Facts as events of EPCIS 2.0, for partners who follow goods (pure).

Every fact that tells where goods were becomes an ObjectEvent: GS1 EPCIS 2.0, section 7.4.2, in
its JSON-LD binding; words of the Core Business Vocabulary 2.0. What takes a fact back is that
fact's own event once more, with an ErrorDeclaration (section 7.4.1.4). Nothing personal is told:
no customer, no cashier, no reason in free text. What no standard word fits is left out, never bent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.facts import epcis_things as things
from gateway.facts.epcis_uris import Places
from gateway.facts.stock import SHOP
from gateway.kernel import clock, ids

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
VERSION: Final = "2.0"
OBJECT_EVENT: Final = "ObjectEvent"
ADJUSTED: Final = "stock.adjusted"
EVENT_TYPES: Final = (
    OBJECT_EVENT,
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
_OFFSET: Final = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")


@dataclass(frozen=True)
class Meaning:
    """What a type of fact is in the words of the vocabulary; empty where there is none."""

    step: str = ""
    disposition: str = ""
    document: str = ""


MEANINGS: Final[Mapping[str, Meaning]] = {
    "scan.captured": Meaning(),
    "rfid.observed": Meaning(),
    "stock.received": Meaning("receiving", "in_progress", "desadv"),
    "stock.transferred": Meaning("shipping", "in_transit"),
    "stock.counted": Meaning("cycle_counting"),
    ADJUSTED: Meaning(),
    "sale.completed": Meaning("retail_selling", "retail_sold"),
    "sale.returned": Meaning("receiving", "returned"),
    "sale.voided": Meaning("receiving", "returned"),
}
STEPS: Final = frozenset(meaning.step for meaning in MEANINGS.values() if meaning.step)
REVERSED: Final = "stock.reversed"
# What can be taken back (see gateway.facts.stock).
_REVERSIBLE: Final = ("stock.received", "stock.counted", ADJUSTED)
# Facts that become events.
TYPES: Final = (*MEANINGS, REVERSED)


def events(
    entry: Mapping[str, Any], places: Places, prior: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The events of a journal entry as they go over the wire; none for what tells of no goods.

    ``prior`` is the entry that this one takes back (see ``taken_back``), where it is still here.
    Quantities are Decimal, to be written as JSON numbers.
    """
    if entry.get("type") == REVERSED:
        return _declared(entry, prior, places) if prior else []
    told = (_event(entry, data, places) for data in _parts(entry))
    found = [one for one in told if one]
    for number, one in enumerate(found[1:], 1):
        one["eventID"] = _uri(ids.event_key("epcis", one["eventID"], str(number)))
    return found


def taken_back(entry: Mapping[str, Any]) -> bytes | None:
    """The id of the fact that an entry takes back, as the journal keeps it."""
    data = entry.get("data")
    if entry.get("type") != REVERSED or not isinstance(data, dict):
        return None
    return ids.to_bytes(str(data["corrects"]))


def _declared(
    entry: Mapping[str, Any], prior: Mapping[str, Any], places: Places
) -> list[dict[str, Any]]:
    """The same events again, their ids too, and that they do not hold. The standard's reasons are
    two (it did not take place, it was told wrongly), and the fact does not tell which.
    """
    if prior.get("type") not in _REVERSIBLE:
        return []
    recorded = str(entry["received_at"])
    declared = {"declarationTime": _instant(str(entry.get("time") or "")) or recorded}
    return [
        {**one, "recordTime": recorded, "errorDeclaration": declared}
        for one in events(prior, places)
    ]


def _parts(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The data of an entry; of an adjustment what is less and what is more, each by itself."""
    data = entry.get("data")
    if not isinstance(data, dict) or str(entry.get("type")) not in MEANINGS:
        return
    if entry["type"] != ADJUSTED:
        yield data
        return
    for less in (True, False):
        yield {
            **data,
            "less": less,
            "lines": [one for one in things.rows(data) if things.less(one) is less],
        }


def _event(
    entry: Mapping[str, Any], data: Mapping[str, Any], places: Places
) -> dict[str, Any] | None:
    kind = str(entry["type"])
    meaning = MEANINGS[kind]
    epcs, quantities = things.of(kind, data, places)
    where = _where(kind, data, places)
    if not (epcs or quantities) or where is None:
        return None
    at, recorded = str(entry.get("time") or ""), str(entry["received_at"])
    told: dict[str, Any] = {
        "type": OBJECT_EVENT,
        "eventID": event_id(entry),
        "eventTime": _instant(at) or recorded,
        "eventTimeZoneOffset": _offset(at),
        "recordTime": recorded,
        "action": "OBSERVE",
        "bizStep": meaning.step,
        "disposition": meaning.disposition,
        "epcList": epcs,
        "quantityList": quantities,
        "bizTransactionList": list(_transactions(data, meaning, places)),
        **where,
    }
    return {name: value for name, value in told.items() if value}


def event_id(entry: Mapping[str, Any]) -> str:
    """The id of the fact, as a URI: the same for the same fact for ever."""
    key = ids.event_key(
        str(entry.get("device", "")), str(entry.get("source", "")), str(entry["id"])
    )
    return _uri(key)


def _uri(key: bytes) -> str:
    return f"urn:uuid:{ids.to_text(key)}"


def _transactions(
    data: Mapping[str, Any], meaning: Meaning, places: Places
) -> Iterator[dict[str, str]]:
    """The document or the receipt that it belongs to. No word of the vocabulary is a receipt."""
    if document := str(data.get("document") or ""):
        uri = places.document_uri("document", document)
        kind = {"type": meaning.document} if meaning.document else {}
        if uri:
            yield {**kind, "bizTransaction": uri}
    register, receipt = str(data.get("register") or ""), str(data.get("receipt") or "")
    if receipt and (uri := places.document_uri("receipt", f"{register}-{receipt}")):
        yield {"bizTransaction": uri}


def _where(kind: str, data: Mapping[str, Any], places: Places) -> dict[str, Any] | None:
    """Where it was seen, where the goods are afterwards, and between which places they move.

    None for an adjustment at a place without a name: nothing would tell less from more.
    """
    if kind == "stock.transferred":
        source = _location(data.get("from"), places)
        target = _location(data.get("to"), places)
        return {
            "readPoint": {"id": source} if source else None,
            "sourceList": _end("source", source),
            "destinationList": _end("destination", target),
        }
    name = str(data.get("location") or "")
    name = "" if name == SHOP else name
    read_point = places.read_point_uri(name)
    location = places.location_uri(name)
    less = kind == ADJUSTED and data["less"]
    if kind == ADJUSTED and not location:
        return None
    # What was sold, or is less, has left the place.
    gone = less or kind == "sale.completed"
    more = kind == ADJUSTED and not less
    return {
        "readPoint": {"id": read_point} if read_point else None,
        "bizLocation": {"id": location} if location and not gone else None,
        "sourceList": _end("source", location) if less else None,
        "destinationList": _end("destination", location) if more else None,
    }


def _end(end: str, place: str) -> list[dict[str, str]] | None:
    return [{"type": "location", end: place}] if place else None


def _location(name: object, places: Places) -> str:
    return places.location_uri("" if name == SHOP else str(name or ""))


def _instant(text: str) -> str:
    try:
        return clock.to_iso(clock.from_iso(text))
    except (ValueError, OverflowError):
        return ""


def _offset(instant: str) -> str:
    """The offset that an instant was told with; Z is +00:00."""
    return instant[-6:] if _OFFSET.fullmatch(instant[-6:]) else "+00:00"


def answer(events: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """A page of events as the query interface answers: an EPCISQueryDocument."""
    return {
        "@context": [CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": VERSION,
        "creationDate": at,
        "epcisBody": {
            "queryResults": {
                "queryName": "SimpleEventQuery",
                "resultsBody": {"eventList": events},
            }
        },
    }
