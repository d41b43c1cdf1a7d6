"""Who can open the backups of a gateway, as its database remembers it.

The recovery key is the shop's: its secret is on paper alone. The gateway's own key lies in the
encrypted database beside the data it opens, so that a backup can be checked with nobody there.
"""

from gateway.backup import sheet
from gateway.kernel import age
from gateway.kernel.problems import Problem
from gateway.store.database import Store

_RECOVERY, _OWN = "backup_recipient", "backup_identity"
_SELECT = "SELECT value FROM meta WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"


class Keys:
    """The keys of one store."""

    def __init__(self, store: Store, head_office: str) -> None:
        self._store = store
        self._head_office = head_office

    def recovery(self) -> str:
        """Whom backups are encrypted to; empty while nobody has proved a recovery sheet."""
        with self._store.read() as rows:
            return str(rows.value(_SELECT, (_RECOVERY,)) or "")

    def recipients(self) -> list[str]:
        """Everybody who can open a backup made now; Problem backup_no_key."""
        recovery = self.recovery()
        if not recovery:
            raise Problem("backup_no_key")
        others = [self._head_office] if self._head_office else []
        return [recovery, *others, age.recipient_of(self.own())]

    def own(self) -> str:
        """The gateway's own secret."""
        with self._store.read() as rows:
            found = rows.value(_SELECT, (_OWN,))
        return str(found) if found else self._make_own()

    def draw(self, *, anew: bool = False) -> str:
        """A secret for a new recovery sheet, of which nothing is kept; Problem backup_key_exists
        unless it is asked for ``anew``.
        """
        if self.recovery() and not anew:
            raise Problem("backup_key_exists")
        return age.new_identity()

    def prove(self, recipient: str, typed: str) -> None:
        """The words were typed back: backups are encrypted to them from now on.

        Problem backup_words_count, backup_word_wrong or backup_key_differs.
        """
        if age.recipient_of(sheet.identity(typed)) != recipient:
            raise Problem("backup_key_differs")
        self._store.write(lambda tx: tx.execute(_PUT, (_RECOVERY, recipient)))

    def _make_own(self) -> str:
        made = age.new_identity()
        self._store.write(
            lambda tx: tx.execute(
                "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (_OWN, made)
            )
        )
        return self.own()
