"""What an ERP says of the very records that are about to be pushed to it.

A push writes whole records. Between two rounds of bringing somebody may have changed one at the
ERP, and a push that came first would write over that unseen. So their rows are read once more,
right before, and taken in as a round would have done.
"""

from collections.abc import Mapping, Sequence

from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Rows
from sync.erp.bringing import book
from sync.erp.bringing.plan import Source
from sync.erp.bringing.reading import Reading
from sync.erp.bringing.taking import Taken
from sync.erp.connector import Entry, Refusal


def heard(
    store: Store, source: Source, reading: Reading, entries: Sequence[Entry]
) -> dict[int, Problem]:
    """The entries whose record the ERP has spoken of first, and why each has to wait.

    Trouble where it cannot be asked; where it refuses the question, all of them wait.
    """
    with store.read() as rows:
        refs = {ref: one for one in entries for ref in _refs(rows, reading.connector, source, one)}
    if not refs:
        return {}
    try:
        taken = reading.again(list(refs))
    except Refusal as refusal:
        return {one.seq: refusal.problem for one in refs.values()}
    found: dict[int, Problem] = {}
    with store.read() as rows:
        for one in taken:
            if problem := _problem(rows, reading.connector, source, one):
                found[refs[one.brought.ref].seq] = problem
    return found


def _refs(rows: Rows, connector: str, source: Source, entry: Entry) -> list[str]:
    """The rows that stand for an entry's record: those it came from, and where it was pushed to."""
    start = f"{source.model},"
    pushed = entry.links.get("", "")
    linked = [pushed.removeprefix(start)] if pushed.startswith(start) else []
    return list(dict.fromkeys([*book.rows_of(rows, connector, entry.subject), *linked]))


def _problem(rows: Rows, connector: str, source: Source, one: Taken) -> Problem | None:
    # What is the ERP's alone, such as a balance, no push writes over.
    if one.fate in ("changed", "conflict") and one.news & source.both:
        return Problem("erp_spoke_first")
    if one.fate != "refused":
        return None
    # A row that could never be taken has said nothing that is ours to lose.
    known = book.known(rows, connector, source.kind, one.brought.ref)
    if known is None or not known.said:
        return None
    return Problem("erp_row_refused", row=one.brought.title)


def of_kinds(
    entries: Sequence[Entry], sources: Sequence[Source]
) -> Mapping[str, tuple[Source, list[Entry]]]:
    """The entries that a source is about, with it: records that come in as well, by kind."""
    both = {one.kind: one for one in sources if one.both}
    found: dict[str, tuple[Source, list[Entry]]] = {}
    for entry in entries:
        if entry.kind in both and entry.op not in ("merge", "delete"):
            found.setdefault(entry.kind, (both[entry.kind], []))[1].append(entry)
    return found
