"""An entry as a CloudEvent, and its signature (pure).

CloudEvents 1.0.2 in structured JSON; signed as Standard Webhooks 1.0 (standardwebhooks.com) say.
"""

import base64
import binascii
from collections.abc import Mapping

from gateway.kernel import canonical
from gateway.kernel.sealing import signature
from sync.erp.connector import Entry

CONTENT_TYPE = "application/cloudevents+json"
KEY_PREFIX = "whsec_"
KEY_BYTES_MIN = 24


def body(entry: Entry, source: str) -> bytes:
    """The event of an entry: the same bytes however often it is sent.

    ``source`` says which gateway speaks. ``data`` is the entry as one that pulls reads it.
    """
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": entry.id,
        "source": source,
        "type": entry.type,
        "time": entry.time,
        "datacontenttype": "application/json",
        "data": told(entry),
    }
    if entry.subject:
        event["subject"] = entry.subject
    return canonical.encode(event)


def told(entry: Entry) -> dict[str, object]:
    """An entry without what is empty."""
    value: dict[str, object] = {
        "seq": entry.seq,
        "id": entry.id,
        "type": entry.type,
        "time": entry.time,
        "op": entry.op,
    }
    for name in ("origin", "kind", "subject", "number", "version", "into"):
        if found := getattr(entry, name):
            value[name] = found
    if entry.aliases:
        value["aliases"] = list(entry.aliases)
    if entry.op in ("append", "upsert"):
        value["data"] = entry.data
    return value


def key_of(secret: str) -> bytes:
    """The bytes of a secret; ValueError unless it is base64 of 24 bytes or more."""
    try:
        key = base64.b64decode(secret.removeprefix(KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("no base64") from error
    if len(key) < KEY_BYTES_MIN:
        raise ValueError("too short")
    return key


def headers(key: bytes, identity: str, now_s: int, payload: bytes) -> Mapping[str, str]:
    """What goes with a body: which delivery it is, when (Unix seconds), and the signature.

    ``identity`` is the entry's, so that a receiver tells a repeat from a new one.
    """
    signed = signature(key, b"%s.%d.%s" % (identity.encode(), now_s, payload))
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": identity,
        "webhook-timestamp": str(now_s),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
