"""Reading a request in one go says of every event what reading it event by event says."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.facts.event import Fact, Refusal, prepare, prepare_all
from gateway.facts.types import DATA_TYPES
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring

KEYRING = Keyring({name: bytes(32) for name in ("database", "digest", "index", "field-1")})
SENDERS = st.sampled_from(
    [
        Actor(id="0190c0de-0000-7000-8000-00000000000a", name="till", role="pos"),
        Actor(id="0190c0de-0000-7000-8000-00000000000b", name="scanner", role="device"),
        Actor(id="0190c0de-0000-7000-8000-00000000000c", name="phone", role="rep", device="d-1"),
    ]
)
SALE = {
    "register": "1", "receipt": "7", "currency": "EUR", "net": 100, "tax": 0, "total": 100,
    "lines": [{"quantity": "1", "unit_price": 100, "amount": 100}],
    "tenders": [{"type": "cash", "amount": 100}],
}  # fmt: skip
VISIT = {
    "customer": "01890a5d-ac96-774b-bcce-b302099a8057", "check_in": "2026-11-22T10:00:00Z",
    "check_out": "2026-11-22T10:20:00Z", "outcome": "order", "position_missing": "denied",
}  # fmt: skip
DATA = st.sampled_from(
    [{"text": "4006381333931"}, {"reason": None}, {}, None, {"text": ""}, {"text": 1}, SALE,
     {**SALE, "total": 99}, {**SALE, "currency": "XXY"}, {"text": "x", "more": {"a": [1, "é"]}},
     VISIT, {**VISIT, "check_out": "soon"}, {**VISIT, "outcome": "x", "more": 1}]
)  # fmt: skip
TIMES = st.sampled_from(
    ["2026-11-22T10:00:00.123Z", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.123", "soon", None,
     "2026-11-22T10:00:60.000Z", "20261122T100000.123.456Z", "2026-W47-7T10:00:00.999Z", 5]
)  # fmt: skip
EVENTS = st.fixed_dictionaries(
    {
        "specversion": st.sampled_from(["1.0", "1.0", "1.0", "0.3"]),
        "id": st.sampled_from(["00000005-0001-7000-8000-00000000000A", "x-1", "é", ""]),
        "source": st.sampled_from(["urn:till-1", ""]),
        "type": st.sampled_from([*DATA_TYPES, "unknown.type"]),
    },
    optional={
        "data": DATA,
        "time": TIMES,
        "subject": st.sampled_from(["till/7", None, 7]),
        "revision": st.sampled_from([0, 3, True, "3"]),
        "extension": st.sampled_from([{"a": [{}]}, "text", None]),
    },
)


def plain(prepared: Fact | Refusal) -> list[Any]:
    """Everything that is known of an event, in values that compare."""
    problem = prepared.problem.record() if prepared.problem else None
    if isinstance(prepared, Refusal):
        return [prepared.sent_id, problem]
    return [prepared.sent_id, prepared.identity, prepared.digest, prepared.entry, prepared.sale,
            prepared.visit, prepared.revision, problem]  # fmt: skip


@given(sender=SENDERS, events=st.lists(EVENTS, max_size=4))
def test_a_batch_and_its_events_one_by_one_are_prepared_alike(
    sender: Actor, events: list[dict[str, Any]]
) -> None:
    each = [prepare(event, canonical.encode(event), sender, KEYRING) for event in events]
    together = prepare_all(json.dumps(events, indent=1).encode(), sender, KEYRING)
    assert list(map(plain, together)) == list(map(plain, each))


@given(sender=SENDERS, event=EVENTS)
def test_a_single_event_is_prepared_like_one_of_a_batch(
    sender: Actor, event: dict[str, Any]
) -> None:
    alone = prepare_all(json.dumps(event).encode(), sender, KEYRING)
    batch = prepare_all(json.dumps([event, event]).encode(), sender, KEYRING)
    assert list(map(plain, alone)) == list(map(plain, batch[:1])) == list(map(plain, batch[1:]))


def test_what_a_fact_shows_of_itself_in_a_log_is_not_its_body() -> None:
    till = Actor(id="0190c0de-0000-7000-8000-00000000000a", name="till", role="pos")
    event = {"specversion": "1.0", "id": "x", "source": "s", "type": "scan.captured",
             "data": {"text": "a secret"}}  # fmt: skip
    [fact] = prepare_all(json.dumps(event).encode(), till, KEYRING)
    assert isinstance(fact, Fact)
    assert "a secret" not in repr(fact.entry)
    assert not isinstance(fact.problem, Problem)
