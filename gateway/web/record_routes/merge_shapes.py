"""The shapes of the merge routes on the wire."""

from typing import Any, Literal

from msgspec import Struct

from gateway.web.record_routes.approvals_api import Approval, Difference
from gateway.web.record_routes.duplicates_api import Why
from gateway.web.record_routes.record_shapes import Alias, RecordView, Remark

Side = Literal["kept", "other", "both"]


class PairView(Struct):
    """Two records that may be one, ``suggested`` is the id of the one that had better stay."""

    score: float
    grade: Literal["same", "strong", "weak"]
    state: Literal["open", "not_same", "merged"]
    found_at: str
    reasons: list[Why]
    suggested: str
    records: list[RecordView]


class Pairs(Struct):
    """A page of pairs; ``next`` is the ``after`` of the next one, ``count`` (up to 1,000) how many
    wait.
    """

    pairs: list[PairView]
    next: str | None
    count: int


class PairState(Struct):
    """What is known of a pair."""

    score: float
    grade: Literal["same", "strong", "weak"]
    state: Literal["open", "not_same", "merged"]
    found_at: str
    reasons: list[Why]


class PlaceView(Struct):
    """One difference: both values, what is proposed and by which rule, and what it comes to.

    ``sides`` may be chosen; where there are none, a rule decides alone.
    """

    field: str
    kept: Any
    other: Any
    proposed: Side
    sides: list[Side]
    reason: Literal["filled", "longer", "newer", "united", "stricter", "erp", "guarded", "kept"]
    result: Any


class Comparison(Struct):
    """Two records side by side.

    ``notes`` are erp_both (the ERP knows both) and tax_ids_differ.
    """

    kept: RecordView
    other: RecordView
    suggested: str
    notes: list[Literal["erp_both", "tax_ids_differ"]]
    places: list[PlaceView]
    pair: PairState | None


class MergeAnswer(Struct):
    """What a merge came to: previewed, merged, or ``proposed`` to a second person.

    ``record`` is the one that stays, in a preview as it would be; ``problems`` say why a preview
    cannot be stored.
    """

    status: Literal["preview", "merged", "proposed"]
    record: RecordView
    problems: list[Remark]
    changes: list[Difference]
    approval: Approval | None


class Named(Alias):
    """A record by its id, its number and its title."""

    title: str


class MergeView(Struct):
    """One merge; ``version`` is the one of ``record`` that it made."""

    id: str
    record: Named
    alias: Named
    version: int
    choices: dict[str, Side]
    by: str
    approved_by: str | None
    at: str
    undone_by: str | None
    undone_at: str | None


class Merges(Struct):
    """A page of merges; ``next`` is the ``after`` of the next one."""

    merges: list[MergeView]
    next: str | None


class Undone(Struct):
    """Two records again. ``stays`` are places that had changed since the merge and were left."""

    merge: MergeView
    record: RecordView
    restored: RecordView
    stays: list[str]
