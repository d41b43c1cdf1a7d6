"""The body of a webhook, through the mappings: it never raises, and loses nothing."""

import base64

from devices.webhooks import mapping
from devices.webhooks.presets import PRESETS
from gateway.kernel import canonical

_MAPPINGS = [None, *(mapping.parse(text) for text in PRESETS.values())]
_TOPICS = ("orders/create", "orders/paid", "")


def target(data: bytes) -> None:
    """Every byte sequence is told as facts that the journal can keep, or is kept whole."""
    for ready in _MAPPINGS:
        for topic in _TOPICS:
            headers = {"x-shopify-topic": topic}
            told = mapping.understand(data, headers, "delivery", ready)
            assert told
            assert told == mapping.understand(data, headers, "delivery", ready)
            for one in told:
                assert 1 <= len(one.id) <= mapping.ID_LENGTH_MAX
                canonical.encode(dict(one.data))
                if one.type == mapping.UNMAPPED and len(told) == 1:
                    assert _whole(one.data) == data


def _whole(data: object) -> bytes:
    assert isinstance(data, dict)
    if "body_base64" in data:
        return base64.b64decode(data["body_base64"])
    return str(data["body"]).encode()
