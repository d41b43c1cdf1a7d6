"""Whatever is posted as facts: events with an answer each, or one refusal."""

from gateway.facts import event
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring

SEEDS = (
    b'{"specversion":"1.0","id":"01890a5d-ac96-774b-bcce-b302099a8057","source":"t","type":'
    b'"sale.completed","time":"2026-01-15T08:00:00Z","data":{"register":"R","receipt":"1"}}',
    b'[{"specversion":"1.0","id":"a","source":"t","type":"scan.captured","data":{"text":"A"}}]',
    b'{"data":1.5}', b"[]", b"[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", b'{"a":18446744073709551616}',
    b'[1.5, {"id": "\xab"}]',
)  # fmt: skip
TILL = Actor("01890a5d-ac96-774b-bcce-b302099a8057", "Till", "pos", device="till")
KEYRING = Keyring({"database": bytes(32), "digest": bytes(32), "field-1": bytes(32)})


def target(data: bytes) -> None:
    """Prepare it as a till's: what can be stored is canonical, and the same again."""
    try:
        prepared = event.prepare_all(data, TILL, KEYRING)
    except Problem as refused:
        assert refused.detail()  # noqa: PT017
        return
    for one in prepared:
        if isinstance(one, event.Refusal):
            assert one.problem.detail()
            continue
        assert len(one.identity) == 16
        body = one.entry.body
        assert isinstance(body, bytes)
        assert canonical.encode(canonical.decode(body)) == body
        assert one.digest == KEYRING.digest(body)
