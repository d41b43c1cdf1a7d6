"""Who was refused what: a line in the log for what an honest page does not run into."""

import logging

from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.kernel.sparing import Sparing

FORBIDDEN = 403
# Asked of an honest person in the middle of work: the same request comes again with a password.
ASKED = ("password_needed",)
# Somebody showed a credential that is none of ours.
UNKNOWN = ("token_unknown", "phone_unpaired", "phone_retired", "phone_lost")

_log = logging.getLogger(__name__)


class Refusals:
    """Every lane of the web tells it. What is written: the code, the route, the id of the account
    or token that is known, and the caller's address; never a name, a value or what was typed.
    """

    def __init__(self, clock: Clock) -> None:
        self._log = Sparing(clock, _log)

    def tell(self, problem: Problem, route: str, who: str, source: str) -> None:
        """Write a refusal of access, a forged request or an unknown credential; nothing else."""
        forbidden = problem.status == FORBIDDEN and problem.code not in ASKED
        if forbidden or problem.code in UNKNOWN:
            known = who or "nobody who is known"
            self._log.warn("%s refused: %s, to %s from %s", route, problem.code, known, source)
