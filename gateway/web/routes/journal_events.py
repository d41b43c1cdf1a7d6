"""A page of the journal as a batch of CloudEvents (CloudEvents 1.0, JSON event format, section 4).

What an entry says beside its event stands in extension attributes: ``sequence`` and
``recordedtime`` as the extensions of that name define them, and ``device``. What has no attribute's
name is left out.
"""

import re
from typing import Any, Final

import msgspec

BATCH: Final = "application/cloudevents-batch+json"
_NAME: Final = re.compile(r"[a-z0-9]{1,40}")


def wanted(accept: str) -> bool:
    """Whether a caller has asked for this form, by the Accept header."""
    return BATCH in accept.lower()


def batch(content: bytes) -> bytes:
    """Entries with commas between them, as a JSON array of events."""
    entries = msgspec.json.decode(b"[" + content + b"]")
    return msgspec.json.encode([event for entry in entries if (event := _event(entry))])


def _event(entry: dict[str, Any]) -> dict[str, Any] | None:
    """One entry as an event; None for one that was erased. A change to a record has no source of
    its own: its kind stands for it.
    """
    if "id" not in entry or "type" not in entry:
        return None
    told = {
        "specversion": "1.0",
        "source": f"/records/{entry.get('kind') or 'gateway'}",
        **{name: value for name, value in entry.items() if _is_attribute(name, value)},
        "sequence": str(entry["seq"]).zfill(18),
        "recordedtime": entry["received_at"],
    }
    told.pop("seq", None)
    if "data" in entry:
        told |= {"datacontenttype": "application/json", "data": entry["data"]}
    return told


def _is_attribute(name: str, value: object) -> bool:
    """Extension attributes are small letters and digits, and simple values that are not empty."""
    return bool(_NAME.fullmatch(name)) and isinstance(value, str | int) and value != ""
