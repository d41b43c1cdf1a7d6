"""A checkpoint that somebody keeps outside shows what the hash chain alone cannot."""

import shutil
from pathlib import Path

import msgspec
import pytest

from config.schema import StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store import archive, checkpoint, connection, journal, snapshot
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.database import Store
from gateway.store.places import DATABASE
from tests.store.test_archive import SMALL, fill


def behind_its_back(store: Store, *statements: str) -> None:
    """As somebody does it who has the keys, while the gateway is open."""
    database = connection.connect(
        store.folder / DATABASE, store.keyring, StoreSettings(), writer=True
    )
    for statement in statements:
        connection.raw(database).execute(statement)
    database.close()


def chained_anew(store: Store, after: int) -> None:
    """Give every entry behind a place the link that follows from the ones before."""
    with store.read() as rows:
        found = rows.tuples("SELECT seq, id, digest, chain FROM journal ORDER BY seq")
    chain, links = journal.GENESIS, []
    for seq, identity, digest, was in found:
        chain = journal.link(chain, seq, identity, digest) if seq > after else was
        links.append(f"UPDATE journal SET chain = x'{chain.hex()}' WHERE seq = {seq}")
    behind_its_back(store, *links)


def test_a_journal_that_only_grew_is_still_what_it_was(store: Store) -> None:
    empty = checkpoint.take(store)
    fill(store, 3)
    kept = checkpoint.take(store)
    fill(store, 4)
    for one in (empty, kept, checkpoint.take(store)):
        found = checkpoint.compare(store, one)
        assert (found.state, found.seq, found.head) == ("kept", one.seq, store.head)


def test_entries_that_went_into_the_archive_are_compared_there(
    store: Store, clock: ManualClock
) -> None:
    fill(store, 12)
    kept = checkpoint.take(store)
    fill(store, 12)
    clock.advance(31 * DAY_MS)
    archiver = Archiver(store, SMALL, [])
    while archiver.step():
        pass
    with store.read() as rows:
        assert journal.low_water(rows) >= kept.seq
    assert checkpoint.compare(store, kept).state == "kept"


def test_a_missing_end_is_found(store: Store) -> None:
    fill(store, 60)
    kept = checkpoint.take(store)
    behind_its_back(store, f"DELETE FROM journal WHERE seq > {store.head - 50}")
    with store.read() as rows:
        archive.verify(rows, store.keyring)  # the chain by itself is whole
    with pytest.raises(Problem) as caught:
        checkpoint.compare(store, kept)
    assert caught.value.code == "journal_cut"
    assert caught.value.params["head"] == kept.seq - 50


def test_a_chain_that_was_made_anew_by_somebody_with_the_keys_is_found(store: Store) -> None:
    fill(store, 5)
    kept = checkpoint.take(store)
    body = b'{"id":"x","type":"note.taken","data":{}}'
    digest = store.keyring.digest(body)
    behind_its_back(
        store,
        f"UPDATE journal SET body = x'{body.hex()}', digest = x'{digest.hex()}' WHERE seq = 3",
    )
    chained_anew(store, 2)
    with store.read() as rows:
        archive.verify(rows, store.keyring)  # the chain by itself is whole
    with pytest.raises(Problem) as caught:
        checkpoint.compare(store, kept)
    assert (caught.value.code, caught.value.params["seq"]) == ("journal_rewritten", kept.seq)


@pytest.mark.parametrize(
    "altered",
    [
        {"seq": 1}, {"chain": "00"}, {"at": "2020-01-01T00:00:00.000Z"}, {"epoch": "other"},
        {"key": "00"}, {"signature": "no hexadecimal"}, {"signature": ""}, {"format": "other"},
    ],
)  # fmt: skip
def test_a_checkpoint_that_was_altered_is_refused(store: Store, altered: dict[str, object]) -> None:
    fill(store, 2)
    kept = msgspec.structs.replace(checkpoint.take(store), **altered)
    with pytest.raises(Problem) as caught:
        checkpoint.compare(store, kept)
    assert caught.value.code == "checkpoint_foreign"


def test_what_no_backup_had_is_told_apart_from_what_somebody_took_away(
    founded: Path, tmp_path: Path, clock: ManualClock
) -> None:
    folder = tmp_path / "restored"
    shutil.copytree(founded, folder)
    first = Store(folder, StoreSettings(), clock)
    fill(first, 2)
    before = checkpoint.take(first)
    fill(first, 2)
    lost = checkpoint.take(first)
    behind_its_back(first, f"DELETE FROM journal WHERE seq > {before.seq}")
    first.close()
    note = {"head": before.seq, "restored_at": "2027-01-15T09:00:00.000Z"}
    snapshot.begin_new_life(
        folder / DATABASE,
        first.keyring,
        StoreSettings().encryption,
        msgspec.json.encode(note).decode(),
    )

    again = Store(folder, StoreSettings(), clock)
    try:
        assert checkpoint.compare(again, before).state == "kept"
        found = checkpoint.compare(again, lost)
        assert (found.state, found.restored_at) == ("restored", note["restored_at"])
    finally:
        again.close()


def test_a_checkpoint_is_read_as_it_was_given_out(store: Store) -> None:
    kept = checkpoint.take(store)
    assert checkpoint.read(msgspec.json.encode(kept).decode()) == kept
    for text in ("", "[]", "{}", '{"seq": "x"}'):
        with pytest.raises(Problem) as caught:
            checkpoint.read(text)
        assert caught.value.code == "checkpoint_malformed"
