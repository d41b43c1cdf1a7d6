"""Backups as the command line asks for them.

A backup may take longer than the local socket has patience: it is begun, and then asked after.
"""

import threading
from collections.abc import Mapping

import msgspec

from gateway.backup import sheet
from gateway.backup.backups import Backups
from gateway.backup.shelf import Note
from gateway.kernel import age
from gateway.kernel.problems import Problem
from gateway.web.commands.local import Command

WAIT_S = 1.0


class BackupAnswers:
    """The commands over the backups of one gateway."""

    def __init__(self, backups: Backups) -> None:
        self._backups = backups
        self._ended = threading.Event()
        self._ended.set()
        self._note: Note | None = None
        self._problem: Problem | None = None

    def commands(self) -> Mapping[str, Command]:
        """By name; arguments and results are JSON."""
        return {
            "backup.begin": self.begin,
            "backup.wait": self.wait,
            "backup.list": self.list,
            "backup.draw": self.draw,
            "backup.prove": self.prove,
        }

    def begin(self, what: str, file: str = "") -> bool:
        """Begin to make a backup, or to check one; Problem backup_busy."""
        if not self._ended.is_set():
            raise Problem("backup_busy")
        self._ended.clear()
        self._note = self._problem = None
        threading.Thread(target=self._work, args=(what, file), name="backup", daemon=True).start()
        return True

    def wait(self) -> dict[str, object]:
        """How far it is, a moment later: {"ended", "done", "total", "note", "second"}.

        The problem that ended it is raised.
        """
        if not self._ended.wait(WAIT_S):
            under = self._backups.under
            return {"ended": False, "done": under.done if under else 0,
                    "total": under.total if under else 0}  # fmt: skip
        if self._problem is not None:
            raise self._problem
        second = self._backups.second_problem
        return {"ended": True, "note": msgspec.to_builtins(self._note),
                "second": second.record() if second else None}  # fmt: skip

    def list(self) -> object:
        """Every backup, the newest first."""
        return msgspec.to_builtins(self._backups.shelf.notes())

    def draw(self, anew: bool) -> dict[str, object]:
        """A new recovery key, of which nothing is kept: {"words", "key", "recipient"}."""
        secret = self._backups.keys.draw(anew=anew)
        recipient = age.recipient_of(secret)
        return {"words": sheet.words(secret), "key": secret, "recipient": recipient}

    def prove(self, recipient: str, typed: str) -> bool:
        """The words were typed back."""
        self._backups.keys.prove(recipient, typed)
        return True

    def _work(self, what: str, file: str) -> None:
        try:
            self._note = self._backups.make() if what == "make" else self._backups.check(file)
        except Problem as problem:
            self._problem = problem
        except Exception as error:
            self._problem = Problem("job_failed", reason=type(error).__name__)
            raise
        finally:
            self._ended.set()
