"""What keeps a gateway away from one ERP for now, whichever way a round goes.

An ERP is one, be it pushed to, read, or compared with. Its maintenance windows, a line that rests
after failures and the patience it asked for hold all of them, and all share one pace.

Failures of all count in a row, and only a push that reached the ERP ends the row: pushing asks
first whether anybody answers, and after failures looks for the entry that breaks the line. A
reading that goes well between two pushes would hide such an entry for ever.
"""

from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.transaction import Tx
from sync.erp.connector import Trouble
from sync.erp.rounds import keeping
from sync.erp.rounds.circuit import OPEN_AFTER, Circuit
from sync.erp.rounds.pace import Pace
from sync.erp.rounds.rules import Rules


class Withheld(Exception):
    """A round does not begin, or goes no further for now; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Restraint:
    """Says whether a round with one ERP may go on, and hears how rounds ended."""

    def __init__(self, store: Store, connector: str, rules: Rules) -> None:
        self.connector = connector
        self.pace = Pace(rules.per_minute.get(connector, 0), store.clock)
        self._store = store
        self._rules = rules

    def check(self, *, is_asked: bool) -> None:
        """Withheld while the ERP is closed, and while its line rests, unless somebody asked."""
        now_ms = self._store.clock.now_ms()
        if (opens := self.closed_until()) is not None:
            raise Withheld(Problem("erp_closed", consumer=self.connector, until=to_iso(opens)))
        circuit = self.circuit()
        if circuit.state(now_ms) == "open" and not is_asked:
            code = "erp_resting" if circuit.failures >= OPEN_AFTER else "erp_patience"
            raise Withheld(Problem(code, consumer=self.connector, until=to_iso(circuit.until)))

    def circuit(self) -> Circuit:
        """How the line to the ERP stands."""
        with self._store.read() as rows:
            return keeping.circuit(rows, self.connector)

    def closed_until(self) -> int | None:
        """When an ERP that is closed now opens again (Unix ms)."""
        return self._rules.closed_until(self.connector, self._store.clock.now_ms())

    def broke(self, trouble: Trouble) -> None:
        """Something was asked of the ERP and the line broke; what a person has to mend holds no
        push.
        """
        if trouble.retry_after_s or trouble.problem.retryable:
            self._store.write(lambda tx: self.failed(tx, trouble.retry_after_s))

    def failed(self, tx: Tx, retry_after_s: int = 0) -> None:
        """A round was ended by the line; ``retry_after_s`` is what the ERP asked for."""
        before = keeping.circuit(tx, self.connector)
        pause_ms_max = self._rules.pause_ms_max
        now = before.failed(tx.now_ms, ids.jitter(), pause_ms_max, retry_after_s)
        keeping.keep(tx, self.connector, now)

    def reached(self, tx: Tx, before: Circuit) -> None:
        """A push that began when the line stood at ``before`` reached the ERP to its end.

        What somebody else was told meanwhile, such as to come back later, holds.
        """
        if keeping.circuit(tx, self.connector) == before:
            keeping.keep(tx, self.connector, Circuit())
