"""Uploads on their way to the disk."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.kernel.sealing import Keyring
from gateway.transfer.keeping import sealed_file

MIB = 1 << 20


def test_an_upload_never_waits_for_more_than_a_few_blocks_to_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "one.sealed", [0]
    sync = os.fsync

    def watched(handle: int) -> None:
        sync(handle)
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", watched)
    content = os.urandom(5 * MIB + 17)

    def pieces() -> Iterator[bytes]:
        yield from (content[at : at + 10_000] for at in range(0, len(content), 10_000))

    keyring = Keyring.load_or_create(tmp_path / "keyring.json")
    synced[1:] = []
    assert sealed_file.write(path, keyring, pieces(), 10 * MIB) == len(content)
    steps = [after - before for before, after in pairwise(synced)]
    assert max(steps) < 1.1 * MIB
    assert synced[-1] == path.stat().st_size
    with sealed_file.open_file(path, keyring) as kept:
        assert kept.read() == content
