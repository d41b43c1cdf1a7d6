"""A backup that is older than an erasure: a restore brings nobody back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assembly import Gateway
from config.schema import GatewaySettings, Settings
from gateway.backup import erased, restoring
from gateway.backup.backups import Backups
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.store.database import Store
from tests.backup.conftest import SECRET
from tests.records.conftest import ANA, BEN, FAY


def test_whoever_was_erased_after_the_backup_is_gone_before_the_first_request(
    store: Store, clock: ManualClock, backups_of: Callable[..., Backups], tmp_path: Path
) -> None:
    records = Records(store, KINDS, GatewaySettings())
    people = [
        records.create(Origin(ANA), "customer", {"legal_name": name}).record["id"]
        for name in ("Gone", "Stays")
    ]
    backups = backups_of(store, second_folder=str(_made(tmp_path / "stick")))
    file = backups.make().file
    assert not (backups.shelf.folder / erased.LEDGER).exists(), "there was nothing to carry"
    records.forgetting.also(None, backups.carry_ledger)
    proposal = records.forgetting.ask(Origin(BEN), "customer", people[0], "asked")
    verdict = Verdict("approve", records.inbox.get(FAY, proposal)["hash"])
    records.inbox.decide(Origin(FAY), proposal, verdict)

    stick = tmp_path / "stick"
    restoring.restore(stick / file, SECRET, tmp_path / "new", clock, lambda _: None)
    gateway = Gateway(tmp_path / "new", Settings())
    with pytest.raises(Problem, match="record_missing"):
        gateway.records.get(BEN, "customer", people[0])
    assert gateway.records.get(BEN, "customer", people[1])["data"]["legal_name"] == "Stays"
    assert [one.record for one in gateway.records.forgetting.ledger()] == [people[0]]
    assert not (tmp_path / "new" / erased.PENDING).exists()
    gateway.store.close()

    ledger = stick / erased.LEDGER
    ledger.write_text(ledger.read_text("utf-8").replace(people[0], people[1]), "utf-8")
    with pytest.raises(Problem, match="erasures_altered"):
        restoring.restore(stick / file, SECRET, tmp_path / "other", clock, lambda _: None)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
