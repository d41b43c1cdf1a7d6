"""The commands of backups, as a person types them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.schema import StoreSettings
from gateway.backup import sheet, unpacking
from gateway.backup.backups import Backups
from gateway.kernel import age
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.web.commands import backup_line
from gateway.web.commands.backup_answers import BackupAnswers
from tests.backup.conftest import SECRET

WORDS = " ".join(sheet.words(SECRET))


@pytest.fixture
def backups(store: Store, backups_of: Callable[..., Backups]) -> Backups:
    return backups_of(store)


@pytest.fixture
def run(store: Store, backups: Backups) -> Callable[..., Result]:
    commands = BackupAnswers(backups).commands()

    @contextmanager
    def way(_: Path) -> Iterator[Callable[..., Any]]:
        # As over the socket: everything is JSON.
        yield lambda name, **given: json.loads(
            json.dumps(commands[name](**json.loads(json.dumps(given))))
        )

    def typed(*words: str, given: str = "") -> Result:
        command = backup_line.restore if words[0] == "restore" else backup_line.backup
        arguments = (
            [*words[1:], "--data", str(store.folder)] if "--data" not in words else words[1:]
        )
        return CliRunner().invoke(command, list(arguments), input=given, obj=way)

    return typed


def test_make_list_verify_and_restore(
    run: Callable[..., Result], backups: Backups, tmp_path: Path
) -> None:
    made = run("backup")
    assert made.exit_code == 0, made.output
    file = backups.shelf.notes()[0].file
    assert file in made.output
    assert "not checked" in run("backup", "list").output
    assert f"{file} is good" in run("backup", "verify").output
    assert "checked" in run("backup", "list").output
    path = str(backups.shelf.folder / file)
    assert "is good" in run("backup", "verify", path, "--sheet", "--key-stdin", given=WORDS).output
    assert not list(backups.shelf.folder.glob(".verify*"))
    box = str(tmp_path / "box")
    back = run("restore", path, "--key-stdin", "--data", box, given=WORDS)
    assert back.exit_code == 0, back.output
    assert "to entry 0" in back.output
    assert "to be erased again at the first start: 0" in back.output
    again = run("restore", path, "--key-stdin", "--data", box, given=WORDS)
    assert isinstance(again.exception, Problem)
    assert again.exception.code == "restore_not_empty"


def test_a_slip_in_the_words_is_named_and_asked_for_again(
    run: Callable[..., Result], backups: Backups, tmp_path: Path
) -> None:
    run("backup")
    path = str(backups.shelf.folder / backups.shelf.notes()[0].file)
    slip = ("Q" if WORDS[0] != "Q" else "P") + WORDS[1:]
    back = run("restore", path, "--data", str(tmp_path / "box"), given=f"{slip}\n{WORDS}\n")
    assert "Word 1 is not as on the recovery sheet" in back.output
    assert "Restored to" in back.output


def test_the_words_are_typed_as_they_stand_on_the_sheet(
    run: Callable[..., Result], backups: Backups, tmp_path: Path
) -> None:
    run("backup")
    path = str(backups.shelf.folder / backups.shelf.notes()[0].file)
    words = WORDS.split()
    numbered = [f"{place}. {word}," for place, word in enumerate(words, 1)]
    rows = [" ".join(numbered[at : at + 5]).lower().replace("0", "o") for at in (0, 5, 10)]
    back = run("restore", path, "--data", str(tmp_path / "box"), given="\n".join([*rows, ""]))
    assert "The next ones, after 10" in back.output
    assert "Restored to" in back.output


def test_a_restore_that_is_interrupted_says_what_to_do_and_lets_no_gateway_start(
    run: Callable[..., Result], backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup")
    path = str(backups.shelf.folder / backups.shelf.notes()[0].file)
    box = tmp_path / "box"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(unpacking, "examine", interrupted)
        ended = run("restore", path, "--key-stdin", "--data", str(box), given=WORDS)
    assert ended.exit_code == 1
    assert "Run the same command again and delete nothing" in ended.output
    with pytest.raises(Problem, match="restore_unfinished"):
        Store(box, StoreSettings(), ManualClock())
    again = run("restore", path, "--key-stdin", "--data", str(box), given=WORDS)
    assert "Restored to" in again.output


def test_a_sheet_is_shown_once_and_counts_when_it_was_typed_back(
    run: Callable[..., Result], backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run("backup", "sheet")
    assert isinstance(refused.exception, Problem)
    assert refused.exception.code == "backup_key_exists"
    secret, other = age.new_identity(), age.new_identity()
    monkeypatch.setattr(age, "new_identity", lambda: secret)
    typed = "\n".join(" ".join(sheet.words(one)) for one in (other, secret))
    shown = run("backup", "sheet", "--new", given=f"{typed}\n")
    assert all(word in shown.output for word in sheet.words(secret))
    assert "words of another recovery sheet" in shown.output
    assert "The sheet is right" in shown.output
    assert backups.keys.recovery() == age.recipient_of(secret)


def test_a_damaged_backup_ends_the_command_with_what_is_wrong(
    run: Callable[..., Result], backups: Backups
) -> None:
    run("backup")
    file = backups.shelf.folder / backups.shelf.notes()[0].file
    file.write_bytes(file.read_bytes()[:-5])
    found = run("backup", "verify")
    assert found.exit_code == 1
    assert "is damaged or incomplete" in found.output
    assert "damaged" in run("backup", "list").output
