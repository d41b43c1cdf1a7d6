"""The shapes of what an ERP that pulls asks and is answered."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from sync.erp import consumers

Name = Annotated[
    str, Meta(max_length=40, extra_json_schema={"pattern": f"^{consumers.NAME.pattern}$"})
]


class Asked(Struct, forbid_unknown_fields=True):
    """Whose batch, how many entries at most, and how long to wait for one.

    Of several ``worker``s of one consumer the batch is the first one's for ``lease_s`` seconds.
    """

    consumer: Name
    limit: Annotated[int, Meta(ge=1, le=1000)] | None = None
    wait_s: Annotated[int, Meta(ge=0, le=30)] = 0
    worker: Annotated[str, Meta(max_length=80)] = ""
    lease_s: Annotated[int, Meta(ge=5, le=3600)] = 60


class Subscription(Struct, forbid_unknown_fields=True):
    """Kinds of records and types of facts that a consumer has a use for; null is everything."""

    takes: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=200)] | None


class Batch(Struct):
    """A cut of the journal: the same bytes until every entry has its receipt.

    ``id`` is null when there is nothing to take. ``sha256`` is that of the canonical JSON of
    ``entries``: sorted keys, no blanks, UTF-8.
    """

    id: str | None
    consumer: str
    count: int
    entries: list[dict[str, Any]]
    epoch: str = ""
    first_seq: int | None = None
    last_seq: int | None = None
    sha256: str | None = None


class Recorded(Struct):
    """Where a batch stands after receipts were recorded."""

    batch: str
    state: Literal["open", "done"]
    remaining: int


class CopyAsked(Struct, forbid_unknown_fields=True):
    """Where to go on in a copy of all records of a kind; an empty ``after`` begins one."""

    after: Annotated[str, Meta(max_length=80)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Copy(Struct):
    """Some records as they stood after journal entry ``seq``, in the form of batch entries.

    ``next`` is null behind the last one. ``low_water`` is the oldest place that a consumer can be
    rewound to.
    """

    seq: int
    entries: list[dict[str, Any]]
    next: str | None
    low_water: int
