"""An edit of a record that was merged into another one meanwhile: some phone still holds it.

It has its effect where the record went, and its author is told under which id that is.
"""

from gateway.records.edits.bases import Base, Edit
from gateway.records.edits.rebasing import rebased
from gateway.records.engine import Proposal
from gateway.records.model import masks, patch
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.model.patch import between
from gateway.records.model.survivorship import Claim
from gateway.records.rows import aliases, heads, sealed
from gateway.records.rows.heads import Author, Head
from gateway.store.transaction import Tx


def turned(
    tx: Tx, kind: Kind, asked: Head, base: Base, change: patch.Patch
) -> tuple[Base, Data, Data]:
    """An edit of ``asked`` in terms of the record that stands for it: its base and its patch; and
    the patch in its own terms, to be remembered. ``base`` is what its author saw of ``asked``.
    """
    seen = base.seen
    left = patch.apply(seen, masks.unmask(kind, change, seen))
    own = between(seen, left)
    for merge in aliases.path_up(tx, asked):
        above = heads.get(tx, kind, merge.record)
        data = sealed.open_all(tx.keyring, kind, above.id, above.data)
        seen, left = rebased(kind, merge.elements, seen, left, data)
    turned = Base(base.version, seen, seen, root=seen, chain=base.chain, at=base.at)
    return turned, between(seen, left), own


def remembered(said: tuple[Author, Claim], base: Base, proposal: Proposal, own: Data) -> Edit:
    """Such an edit for those that the same phone builds on it: they too are edits of ``asked``.

    It never becomes part of a version there, so it is laid on again as a clashed one is.
    """
    return Edit(*said, base, proposal.base_op, clashed=True, patch=own)
