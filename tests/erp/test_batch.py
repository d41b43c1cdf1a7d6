"""Cutting a batch: what is offered, in which form, and where the cursor ends."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.kernel import canonical, ids
from sync.erp.batch import (
    Caps,
    Row,
    Snapshot,
    choose,
    cut,
    entries,
    fact_entry,
    record_entry,
    seal,
)

WIDE = Caps(1000, 1_000_000)


def fact(seq: int, device: str = "till", body: bytes | None = b'{"data":{"n":1}}') -> Row:
    identity = ids.uuid7(seq)
    return Row(seq, identity, "sale.completed", "", "", device, 1_800_000_000_000, body)


def edit(seq: int, subject: str, device: str = "phone") -> Row:
    return Row(
        seq, ids.uuid7(seq), "record.edited", "customer", subject, device, 1_800_000_000_000, b"{}"
    )


def snapshot(version: int = 1) -> Snapshot:
    return Snapshot(version, "W1-C000001", {"legal_name": "Lefort"})


def test_a_fact_carries_its_stored_data() -> None:
    assert json.loads(fact_entry(fact(7))) | {"id": "any"} == {
        "seq": 7, "id": "any", "type": "sale.completed", "time": "2027-01-15T08:00:00.000Z",
        "origin": "till", "op": "append", "data": {"n": 1},
    }  # fmt: skip


TEXTS = some.text(max_size=20)
DATA = some.dictionaries(
    TEXTS, some.recursive(some.none() | some.integers(-9, 9) | TEXTS, some.lists)
)


@given(DATA, TEXTS.filter(bool), some.booleans())
def test_a_fact_is_offered_in_canonical_bytes(
    data: dict[str, object], device: str, is_plain: bool
) -> None:
    stored = canonical.encode({"data": data, "id": "x"} if data else {"id": "x"})
    row = fact(7, "" if is_plain else device, stored)
    raw = fact_entry(row)
    told = canonical.decode(raw)
    assert isinstance(told, dict)
    assert (told["data"], told.get("origin", "")) == (data, row.device)
    assert canonical.encode(told) == raw


def test_a_record_comes_whole_with_its_version_and_number() -> None:
    offered = record_entry(edit(7, "a"), snapshot(3))
    assert (offered["op"], offered["version"], offered["number"]) == ("upsert", 3, "W1-C000001")
    assert offered["data"] == {"legal_name": "Lefort"}


def test_a_record_that_is_gone_is_offered_as_deleted() -> None:
    offered = record_entry(edit(7, "a"), Snapshot(3, "", None))
    assert offered["op"] == "delete"
    assert "data" not in offered


def test_many_edits_of_one_record_are_one_entry() -> None:
    rows = [edit(1, "a"), fact(2), edit(3, "b"), edit(4, "a")]
    assert [row.seq for row in choose([], rows, "")] == [2, 3, 4]


def test_a_newer_version_stands_for_a_deferred_one() -> None:
    assert [row.seq for row in choose([edit(1, "a"), fact(2)], [edit(9, "a")], "")] == [2, 9]


def test_nothing_goes_back_to_where_it_came_from() -> None:
    rows = [edit(1, "a", "erp"), fact(2, "erp"), edit(3, "b"), edit(4, "b", "erp")]
    assert [row.seq for row in choose([], rows, "erp")] == [3]


def test_an_erased_fact_is_left_out() -> None:
    assert choose([], [fact(1, body=None)], "") == []


def test_a_full_batch_ends_before_the_first_entry_that_does_not_fit() -> None:
    rows = [fact(3), fact(5), fact(9)]
    made = cut(rows, {}, 20, Caps(2, 1_000_000))
    assert ([item.seq for item, _ in made.entries], made.through) == ([3, 5], 8)


def test_bytes_are_capped_but_a_single_entry_always_fits() -> None:
    made = cut([fact(3), fact(5)], {}, 20, Caps(50, 10))
    assert ([item.seq for item, _ in made.entries], made.through) == ([3], 4)


def test_a_batch_that_takes_everything_moves_the_cursor_past_what_was_left_out() -> None:
    assert cut([fact(3)], {}, 20, WIDE).through == 20


def test_the_hash_is_that_of_the_canonical_entries() -> None:
    made = cut([fact(1), edit(2, "a")], {"a": snapshot()}, 2, WIDE)
    batch = seal(ids.uuid7(0), "erp", "0123456789abcdef", made)
    document = json.loads(batch.body)
    canonical = json.dumps(
        document["entries"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert batch.sha256 == document["sha256"] == sha256(canonical.encode()).hexdigest()
    assert (document["first_seq"], document["last_seq"], document["count"]) == (1, 2, 2)


def test_the_entries_of_a_batch_are_found_again_byte_for_byte() -> None:
    made = cut([fact(1), edit(2, "a")], {"a": snapshot()}, 2, WIDE)
    body = seal(ids.uuid7(0), "erp", "0123456789abcdef", made).body
    assert [bytes(one) for one in entries(body)] == [raw for _, raw in made.entries]


@pytest.mark.parametrize("own", ["", "erp"])
@given(
    devices=some.lists(some.tuples(some.booleans(), some.sampled_from("ab"), some.booleans())),
    entries_max=some.integers(1, 5),
)
def test_batches_one_after_another_offer_every_newest_row(
    own: str, devices: list[tuple[bool, str, bool]], entries_max: int
) -> None:
    """Whatever the caps, walking the journal by cursor misses nothing and repeats no fact."""
    rows = [
        (edit(seq, subject, device) if is_edit else fact(seq, device))
        for seq, (is_edit, subject, is_erp) in enumerate(devices, 1)
        for device in ["erp" if is_erp else "phone"]
    ]
    seen: list[int] = []
    cursor = 0
    while cursor < len(rows):
        fresh = [row for row in rows if row.seq > cursor][: entries_max * 2]
        records = {subject: snapshot() for subject in "ab"}
        made = cut(choose([], fresh, own), records, fresh[-1].seq, Caps(entries_max, 1_000_000))
        assert made.through > cursor
        seen += [item.seq for item, _ in made.entries]
        cursor = made.through
    foreign = [row for row in rows if not own or row.device != own]
    newest = {row.subject: row.seq for row in foreign if row.kind}
    assert {row.seq for row in foreign if not row.kind} | set(newest.values()) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_merged_record_names_the_one_that_stays_and_brings_no_data() -> None:
    told = record_entry(edit(3, "b"), Snapshot(2, "W1-C2", None, into=("a", "W1-C1")))
    assert (told["op"], told["into"], told["into_number"]) == ("merge", "a", "W1-C1")
    assert (told["subject"], told["number"]) == ("b", "W1-C2")
    assert "data" not in told


def test_the_record_that_stays_names_its_aliases() -> None:
    told = record_entry(edit(3, "a"), Snapshot(2, "W1-C1", {}, aliases=(("b", "W1-C2"),)))
    assert (told["op"], told["aliases"]) == ("upsert", [{"id": "b", "number": "W1-C2"}])
