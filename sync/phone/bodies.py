"""Operations as they are kept: what a kind seals is never stored in clear, not even here."""

from collections.abc import Callable, Mapping

from gateway.kernel import canonical
from gateway.kernel.sealing import Keyring
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.rows import sealed
from sync.phone import operations
from sync.phone.operations import Operation

_CONTENT = {"record.create": "data", "record.edit": "patch"}


def kept(keyring: Keyring, kinds: Mapping[str, Kind], operation: Operation) -> bytes:
    """The body of an operation as it is stored."""
    return _turned(
        kinds,
        operation,
        lambda kind, data: sealed.seal_all(keyring, kind, operation.record, data, {}),
    )


def reread(keyring: Keyring, kinds: Mapping[str, Kind], body: bytes) -> Operation:
    """An operation from its stored body, in clear as it was sent.

    Problem operation_malformed or seal_broken.
    """
    stored = operations.reread(body)
    clear = _turned(
        kinds, stored, lambda kind, data: sealed.open_all(keyring, kind, stored.record, data)
    )
    return stored if clear == stored.body else operations.reread(clear)


def _turned(
    kinds: Mapping[str, Kind], operation: Operation, turn: Callable[[Kind, Data], Data]
) -> bytes:
    kind = kinds.get(operation.kind)
    member = _CONTENT.get(operation.type)
    if kind is None or member is None:
        return operation.body
    content = dict(operation.content)
    turned = turn(kind, content)
    if turned == content:
        return operation.body
    body = canonical.decode(operation.body)
    assert isinstance(body, dict)
    return canonical.encode({**body, member: turned})
