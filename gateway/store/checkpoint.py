"""Checkpoints: a signed word about the journal's end, to be kept by somebody else.

The hash chain shows that nothing inside the journal was altered, but not that its end is missing,
nor that all of it was written anew by somebody who has the keys. A checkpoint that left the box
shows both: the journal must have the very same link at that place for ever.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from gateway.kernel import canonical
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.store import archive, journal
from gateway.store.database import Store
from gateway.store.rows import Rows

FORMAT: Final = "waystation-checkpoint-1"
Word = Annotated[str, Meta(max_length=200)]
State = Literal["kept", "restored"]


class Checkpoint(msgspec.Struct, forbid_unknown_fields=True):
    """``chain`` is the link of the hash chain at entry ``seq`` of the life ``epoch``, ``at`` an
    instant; ``key`` (Ed25519, RFC 8032) has signed the canonical JSON of all of it but the
    ``signature``. Bytes are hexadecimal.
    """

    format: Word
    epoch: Word
    seq: Annotated[int, Meta(ge=0, lt=2**62)]
    chain: Word
    at: Word
    key: Word
    signature: Word = ""

    def signed(self) -> bytes:
        """What the signature is of."""
        said = msgspec.structs.asdict(self)
        del said["signature"]
        return canonical.encode(said)


class Comparison(msgspec.Struct):
    """``state`` is ``kept`` where the journal has the same link still, and ``restored`` where the
    checkpoint speaks of entries that a backup which was brought back at ``restored_at`` did not
    have. ``seq`` is the entry it speaks of, ``head`` the newest.
    """

    state: State
    seq: int
    head: int
    restored_at: str | None = None


def take(store: Store) -> Checkpoint:
    """A signed word about the newest entry."""
    with store.read() as rows:
        seq, chain = end(rows)
    signer = store.keyring.signer()
    made = Checkpoint(
        FORMAT, store.epoch, seq, chain.hex(), to_iso(store.clock.now_ms()), signer.public.hex()
    )
    made.signature = signer.sign(made.signed()).hex()
    return made


def end(rows: Rows) -> tuple[int, bytes]:
    """The newest entry and the link of the chain there, whether it has been archived or not."""
    newest = rows.one("SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1")
    if newest is None:
        return journal.low_water(rows), archive.last_link(rows)
    return newest["seq"], bytes(newest["chain"])


def read(text: str) -> Checkpoint:
    """From JSON; Problem checkpoint_malformed."""
    try:
        return msgspec.json.decode(text, type=Checkpoint)
    except msgspec.DecodeError as error:
        raise Problem("checkpoint_malformed", reason=str(error)) from error


def compare(store: Store, kept: Checkpoint) -> Comparison:
    """Hold the journal against a checkpoint that was kept elsewhere.

    Problem checkpoint_foreign for one that this gateway has not signed, journal_cut where entries
    are missing at the end, journal_rewritten where the chain has another link there; those of a
    damaged archive.
    """
    _refuse_foreign(store, kept)
    with store.read() as rows:
        head, _ = end(rows)
        life = rows.value("SELECT value FROM meta WHERE key = 'restored'")
    restored = msgspec.json.decode(life, type=_Restored) if life else None
    if restored and kept.epoch != store.epoch and kept.seq > restored.head:
        return Comparison("restored", kept.seq, head, restored.restored_at)
    if kept.seq > head:
        raise Problem("journal_cut", seq=kept.seq, head=head, at=kept.at)
    if _link_at(store, kept.seq).hex() != kept.chain:
        raise Problem("journal_rewritten", seq=kept.seq, at=kept.at)
    return Comparison("kept", kept.seq, head)


class _Restored(msgspec.Struct):
    head: int
    restored_at: str


def _refuse_foreign(store: Store, kept: Checkpoint) -> None:
    signer = store.keyring.signer()
    known = kept.format == FORMAT and kept.key == signer.public.hex()
    if not known or not signer.has_signed(kept.signed(), _bytes(kept.signature)):
        raise Problem("checkpoint_foreign", key=signer.public.hex())


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _link_at(store: Store, seq: int) -> bytes:
    return archive.page(store, seq - 1)[0].chain if seq else journal.GENESIS
