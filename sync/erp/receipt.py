"""One answer of the ERP for one entry, and its shape on the wire (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.kernel.problems import Problem

Status = Literal["accepted", "duplicate", "rejected", "deferred"]
Settled = Literal["accepted", "duplicate"]
Short = Annotated[str, Meta(max_length=200)]
Long = Annotated[str, Meta(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the ERP made of an entry.

    accepted and duplicate are settled; rejected waits for a person and deferred for its time, both
    with their ``problem``. ``erp_ref`` is the ERP's name for it, ``links`` its names for elements
    of the record (a connector's alone). What is deferred rests for at least ``rest_s`` seconds, or
    until the ERP has the record ``waits_for``.
    """

    seq: int
    status: Status
    problem: Problem | None = None
    erp_ref: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    rest_s: int = 0
    waits_for: str = ""

    @property
    def settled(self) -> bool:
        """Whether the ERP has the entry."""
        return self.status in ("accepted", "duplicate")


class SentReceipt(msgspec.Struct, forbid_unknown_fields=True):
    """The answer for one entry; ``code``, ``field`` and ``message`` say why it was not taken."""

    seq: int
    status: Status
    code: Short = ""
    field: Short = ""
    message: Long = ""
    erp_ref: Short = ""

    def receipt(self) -> Receipt:
        """What is recorded of it."""
        problem = None
        if self.status in ("rejected", "deferred"):
            message = self.message or self.code or "it gave no reason."
            problem = Problem(
                f"erp_{self.status}", pointer=self.field, message=message, erp_code=self.code
            )
        return Receipt(self.seq, self.status, problem, self.erp_ref)


class SentReceipts(msgspec.Struct, forbid_unknown_fields=True):
    """Answers for entries of one batch, with the hash that the batch was read with.

    ``rest`` is the answer for every entry that has none and is not among ``receipts``.
    """

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    receipts: list[SentReceipt] = []
    rest: Settled | None = None
