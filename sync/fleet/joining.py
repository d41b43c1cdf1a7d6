"""Whether a gateway is one of a fleet; only then the rest of this room is read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.schema import Settings
from gateway.records.model.kind import Kind
from gateway.store.database import Store
from sync.erp.book import RecordBook

if TYPE_CHECKING:
    from sync.fleet.publisher import Publisher


def publisher(store: Store, kinds: Mapping[str, Kind], settings: Settings) -> "Publisher | None":
    """What brings the journal to the stream; None where no servers are named."""
    if not settings.fleet.servers:
        return None
    from sync.fleet.publisher import Publisher

    book = RecordBook(store.keyring, kinds)
    return Publisher(store, book, settings.fleet, settings.gateway.number_prefix)
