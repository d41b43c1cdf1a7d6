"""Cash registers in the cloud: they call the gateway with every sale, and sign what they say."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.delivery import Delivered, Delivery, Receiver
from devices.driver import Context, Kept, Occurrence
from devices.options import Config, long, read, secret
from devices.webhooks import mapping, signing
from devices.webhooks.mapping import Told
from devices.webhooks.presets import PRESETS
from gateway.kernel import canonical
from gateway.kernel.problems import Problem

WAIT_S = 0.2
SEEN_MAX = 5_000  # deliveries of which it is known that all of it is on disk
SAMPLE_LENGTH_MAX = 200_000

Secret = Annotated[str, Meta(max_length=400), secret()]
Line = Annotated[str, Meta(max_length=400)]


class WebhookOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who signs, how, and what the messages mean.

    Either of two secrets is good, so that one can be replaced while the other is in use. ``header``
    and ``prefix`` say where a plain signature stands, ``url`` is the address the service calls.
    """

    style: Literal["standard", "square", "shopify", "github", "hex"] = "standard"
    secret: Secret = ""
    secret_2: Secret = ""
    url: Line = ""
    header: Annotated[str, Meta(max_length=100)] = ""
    preset: Literal["", "square", "shopify"] = ""
    mapping: Annotated[str, Meta(max_length=40_000), long()] = ""


class Sample(Struct, forbid_unknown_fields=True, frozen=True):
    """A message to try out; ``topic`` is what the service says in a header."""

    body: Annotated[str, Meta(max_length=SAMPLE_LENGTH_MAX), long()]
    topic: Line = ""


class Webhook(Receiver):
    """One service that calls, with its own address and its own secrets."""

    kind: ClassVar[str] = "webhook"
    Options = WebhookOptions
    commands: ClassVar = {"try_out": Command(takes=Sample, asks=True)}
    role: ClassVar[Literal["device", "pos"]] = "pos"

    def __init__(self, config: Config) -> None:
        options = read(config, WebhookOptions)
        self._style = _style(options)
        given = [one for one in (options.secret, options.secret_2) if one]
        if not given:
            raise ValueError("Give the secret with which the service signs.")
        if options.style == "square" and not options.url:
            raise ValueError("Square signs the address too: give it as it stands there.")
        self._keys = [signing.key_of(self._style, one) for one in given]
        self._url = options.url
        text = options.mapping or PRESETS.get(options.preset, "")
        self._mapping = mapping.parse(text) if text else None
        self._seen: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._noting = threading.Lock()

    def run(self, context: Context) -> None:
        context.online()
        while not context.stopping:
            if order := context.order(WAIT_S):
                order.answer(self._try_out(order))

    def receive(self, context: Context, delivery: Delivery) -> Sequence[Delivered]:
        body, headers = delivery.body, delivery.headers
        try:
            signing.check(
                self._style, self._keys, headers, body, url=self._url, now_s=delivery.received_s
            )
        except signing.SignatureError as error:
            context.turned_away(delivery.peer, error.reason)
            raise Problem("hook_signature") from error
        context.heard(body, delivery.peer)
        told = mapping.understand(body, headers, self._identity(delivery), self._mapping)
        key = " ".join([canonical.sha256_hex(body), *(one.id for one in told)])
        with self._noting:
            if key in self._seen:
                return [Delivered(one, "duplicate") for one in self._seen[key]]
        came = [self._keep(context, one, body) for one in told]
        with self._noting:
            self._seen[key] = tuple(one.id for one in came)
            if len(self._seen) > SEEN_MAX:
                self._seen.popitem(last=False)
        return came

    def _identity(self, delivery: Delivery) -> str:
        return delivery.headers.get(self._style.identity, "") if self._style.identity else ""

    def _keep(self, context: Context, told: Told, body: bytes) -> Delivered:
        """One event in the journal or in quarantine; Problem hook_not_kept."""
        if not told.type:
            return Delivered(told.id, "set_aside")
        kept = _record(context, told)
        if kept.outcome == "refused" and not _is_repeat(kept):
            # What the house would not take at all is kept whole all the same.
            reason = kept.problem.code if kept.problem else ""
            kept = _record(context, mapping.unmapped(body, f"whole {told.id}", reason))
        if _is_repeat(kept):
            return Delivered(told.id, "duplicate", kept.seq)
        if kept.outcome == "lost" or kept.outcome == "refused":
            raise Problem("hook_not_kept")
        return Delivered(told.id, kept.outcome, kept.seq, kept.problem)

    def _try_out(self, order: Order) -> Result:
        assert isinstance(order.args, Sample)
        headers = {self._style.topic: order.args.topic} if self._style.topic else {}
        told = mapping.understand(order.args.body.encode(), headers, "", self._mapping)
        return Result("done", data={"facts": [dict(mapping.described(one)) for one in told]})


def _style(options: WebhookOptions) -> signing.Style:
    style = signing.STYLES[options.style]
    if not options.header:
        return style
    if options.style not in ("hex", "github"):
        raise ValueError("Only a plain signature may stand in a header of another name.")
    return signing.elsewhere(style, options.header)


def _record(context: Context, told: Told) -> Kept:
    return context.record(Occurrence(told.type, told.data, told.id, told.occurred_ms))


def _is_repeat(kept: Kept) -> bool:
    """Whether it was here before: the first content stands, as it was sent then."""
    reused = kept.problem is not None and kept.problem.code == "id_reused"
    return kept.outcome == "duplicate" or (kept.outcome == "refused" and reused)


DRIVER = Webhook
