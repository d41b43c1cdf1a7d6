"""From the bytes of one CloudEvent to a fact that is ready to be stored (pure).

A fact that cannot be understood is prepared for quarantine with its problem; only what cannot even
be identified is refused, because nothing could ever be said about it again.

Nearly every request is right in every way. It is read in one go, all its events at once; one that
is not is read again event by event, to say exactly what is wrong with which.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.facts import sale as sales
from gateway.facts import stock, till_check
from gateway.facts import visit as visits
from gateway.facts.stock import Stock
from gateway.facts.till import TILL_TYPES
from gateway.facts.types import (
    DATA_TYPES,
    PROJECTED,
    SALE,
    WHOLE,
    Event,
    Sale,
    Visit,
    unsayable,
)
from gateway.kernel import canonical, clock, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.journal import Entry

_event_decoder = msgspec.json.Decoder(Event)
_data_decoders = {name: msgspec.json.Decoder(shape) for name, shape in DATA_TYPES.items()}
_items_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_whole_decoder = msgspec.json.Decoder(WHOLE)
_wholes_decoder = msgspec.json.Decoder(list[WHOLE])


class Fact(msgspec.Struct):
    """One event on its way in, with all that can be known before the transaction.

    ``sent_id`` is the id in the sender's words, ``identity`` ours in 16 bytes, ``digest`` the keyed
    digest of the entry's body. ``sale`` or ``visit`` is its data where it is one, ``till`` that of
    anything else of which rows are kept. A ``problem`` sends it to quarantine.
    """

    sent_id: str
    identity: bytes
    digest: bytes
    entry: Entry
    sale: Sale | None
    problem: Problem | None
    revision: int
    visit: Visit | None = None
    till: msgspec.Struct | None = None

    @property
    def projected(self) -> bool:
        """Whether it has a row of its own beside the journal."""
        return not (self.sale is None and self.visit is None and self.till is None)


@dataclass(slots=True)
class Refusal:
    """An item that is not stored at all."""

    sent_id: str
    problem: Problem


def prepare_all(
    body: bytes, actor: Actor, keyring: Keyring, outcomes: Collection[str] = visits.OUTCOMES
) -> list[Fact | Refusal]:
    """Every event of a request body: one object, or an array of them, in order.

    ``outcomes`` are those that a visit may have at this site.

    Problem json_malformed when the body is no JSON: then there are no items to speak of.
    """
    try:
        value, compact = canonical.decode_both(body)
    except Problem as problem:
        if problem.code == "json_malformed":
            raise
        return _one_by_one(body, actor, keyring, problem, outcomes)
    if (facts := _at_once(compact, actor, keyring, outcomes)) is not None:
        return facts
    if isinstance(value, list):
        bodies = [canonical.encode_decoded(item) for item in value]
        items = zip(value, bodies, strict=True)
        return [prepare(item, body, actor, keyring, outcomes) for item, body in items]
    return [prepare(value, compact, actor, keyring, outcomes)]


def _at_once(
    compact: bytes, actor: Actor, keyring: Keyring, outcomes: Collection[str]
) -> list[Fact | Refusal] | None:
    """The facts of a request in canonical bytes, or None when not all of its events are right.

    What it returns is what ``prepare`` makes of each event.
    """
    try:
        if compact[:1] == b"[":
            events = _wholes_decoder.decode(compact)
            # What lies between the commas of a canonical list is canonical.
            bodies = [bytes(item) for item in _items_decoder.decode(compact)]
        else:
            events, bodies = [_whole_decoder.decode(compact)], [compact]
        closed = unsayable(actor.role)
        if closed and any(event.type in closed for event in events):
            return None
        device = actor.device or actor.id
        return [
            _fact(event, body, actor, device, keyring, outcomes)
            for event, body in zip(events, bodies, strict=True)
        ]
    except (msgspec.ValidationError, ValueError, OverflowError):  # the last two: no instant
        return None


def _fact(
    event: Any, body: bytes, actor: Actor, device: str, keyring: Keyring, outcomes: Collection[str]
) -> Fact:
    occurred_at = None if event.time is None else clock.from_iso(event.time)
    fact = Fact(
        event.id,
        ids.event_key(device, event.source, event.id),
        keyring.digest(body),
        Entry(event.id, event.type, body, "", event.subject or "", actor.id, device, "", None,
              occurred_at),
        None,
        None,
        event.revision,
    )  # fmt: skip
    if event.type in PROJECTED:
        _judge(fact, event.data, outcomes)
    return fact


def _judge(fact: Fact, data: object, outcomes: Collection[str]) -> None:
    """Keep the data of a fact that is projected, with what is wrong with it."""
    if isinstance(data, Visit):
        fact.visit, fact.problem = data, visits.check(data, outcomes)
    elif isinstance(data, Sale) and fact.entry.type == SALE:
        fact.sale, fact.problem = data, sales.check(data)
    elif isinstance(data, Stock):
        fact.till, fact.problem = data, stock.check(data)
    elif fact.entry.type in TILL_TYPES and isinstance(data, msgspec.Struct):
        fact.till, fact.problem = data, till_check.check(data)


def _one_by_one(
    body: bytes, actor: Actor, keyring: Keyring, problem: Problem, outcomes: Collection[str]
) -> list[Fact | Refusal]:
    """A batch in which some item breaks a limit: the others must not suffer for it."""
    try:
        items: Sequence[msgspec.Raw] = _items_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return [Refusal("", problem)]
    results: list[Fact | Refusal] = []
    for item in items:
        try:
            results.append(prepare(*canonical.decode_both(item), actor, keyring, outcomes))
        except Problem as item_problem:
            results.append(Refusal(_lenient_id(item), item_problem))
    return results


def prepare(
    value: object,
    body: bytes,
    actor: Actor,
    keyring: Keyring,
    outcomes: Collection[str] = visits.OUTCOMES,
) -> Fact | Refusal:
    """One decoded event with its canonical bytes, checked as far as it goes."""
    try:
        event = _event_decoder.decode(body)
    except msgspec.ValidationError as error:
        return Refusal(_sent_id(value), Problem("event_malformed", reason=str(error)))
    if event.type in unsayable(actor.role):
        return Refusal(event.id, Problem("fact_not_allowed", type=event.type))
    revision = value.get("revision", 0) if isinstance(value, dict) else 0
    device = actor.device or actor.id
    fact = Fact(
        event.id,
        ids.event_key(device, event.source, event.id),
        keyring.digest(body),
        Entry(event.id, event.type, body, "", event.subject or "", actor.id, device),
        None,
        None,
        revision if isinstance(revision, int) else 0,
    )
    _examine(event, fact, outcomes)
    if event.time is not None:
        try:
            fact.entry.occurred_at = clock.from_iso(event.time)
        except (ValueError, OverflowError):
            fact.problem = fact.problem or Problem("event_time_malformed", pointer="/time")
    return fact


def _examine(event: Event, fact: Fact, outcomes: Collection[str]) -> None:
    decoder = _data_decoders.get(event.type)
    if decoder is None:
        fact.problem = Problem("fact_type_unknown", pointer="/type", type=event.type)
        return
    try:
        _judge(fact, decoder.decode(event.data), outcomes)
    except msgspec.ValidationError as error:
        reason = str(error)
        fact.problem = Problem("fact_data_invalid", pointer="/data", type=event.type, reason=reason)


def _sent_id(value: object) -> str:
    identity = value.get("id") if isinstance(value, dict) else None
    return identity[:200] if isinstance(identity, str) else ""


def _lenient_id(item: msgspec.Raw) -> str:
    try:
        return _sent_id(msgspec.json.decode(item))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
