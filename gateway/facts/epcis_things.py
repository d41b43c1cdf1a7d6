"""What an EPCIS event names: items and units one by one, articles and lots by quantity (pure)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from gateway.facts import epcis_uris as uris
from gateway.facts.epcis_uris import Places

# UNECE Recommendation 20, for the units that shops write.
_UNITS: Final = {
    "kg": "KGM", "g": "GRM", "l": "LTR", "ml": "MLT", "m": "MTR", "cm": "CMT", "m2": "MTK",
    "m3": "MTQ", "lb": "LBR", "oz": "ONZ", "公斤": "KGM", "千克": "KGM", "克": "GRM", "升": "LTR",
}  # fmt: skip
_CODES: Final = frozenset(_UNITS.values())


def of(
    kind: str, data: Mapping[str, Any], places: Places
) -> tuple[list[str], list[dict[str, Any]]]:
    """What was seen: items and logistic units one by one, articles and lots by quantity."""
    if kind in ("scan.captured", "rfid.observed"):
        return _seen(data)
    return [], [one for line in rows(data) if (one := _quantity(line, places))]


def rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of a fact."""
    lines = data.get("lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def less(line: Mapping[str, Any]) -> bool:
    """Whether a line of an adjustment takes away."""
    return str(line.get("quantity")).lstrip().startswith("-")


def _seen(data: Mapping[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    elements = data.get("elements")
    told = {**(elements if isinstance(elements, dict) else {}), **data}
    gtin, serial = str(told.get("gtin") or ""), str(told.get("serial") or "")
    one = uris.unit(str(told.get("sscc") or "")) or (serial and uris.item(gtin, serial))
    one = one or uris.of_epc(str(told.get("epc") or ""))
    if one:
        return [one], []
    article = uris.lot(gtin, str(told.get("lot") or "")) if gtin else ""
    return [], [{"epcClass": article, "quantity": Decimal(1)}] if article else []


def _quantity(line: Mapping[str, Any], places: Places) -> dict[str, Any] | None:
    """An article or a lot with how much of it; None for none, and for what has no name here."""
    gtin, sku = str(line.get("gtin") or ""), str(line.get("sku") or "")
    article = uris.lot(gtin, str(line.get("lot") or "")) if gtin else ""
    article = article or (places.article_uri(sku) if sku else "")
    try:
        quantity = abs(Decimal(str(line.get("quantity"))))
    except InvalidOperation:
        return None
    if not article or not quantity.is_finite() or not quantity:
        return None
    told: dict[str, Any] = {"epcClass": article, "quantity": quantity}
    unit = str(line.get("unit") or "").strip()
    if code := _UNITS.get(unit.casefold()) or (unit if unit in _CODES else ""):
        told["uom"] = code
    return told
