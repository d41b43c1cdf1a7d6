"""Our id on any record of Tryton, by our module there: a field of the line that Tryton has not got.

Many models of Tryton have no field that could carry it. Where the module is active, every model
appears to have a text field ``waystation``: what is created with it is made once, and found by it.
"""

from collections.abc import Sequence

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.addon import MODEL, Addon, Operation
from sync.erp.connectors.tryton.client import Client, Values

OWN = "waystation"


class Keys:
    """Our ids on the records of one database."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._addon = Addon(client)
        self._is_ready = False

    def is_ready(self) -> bool:
        """Whether the module is there; it is asked for until it is. Trouble."""
        self._is_ready = self._is_ready or self._addon.is_ready()
        return self._is_ready

    def made(self, model: str, ours: Sequence[str]) -> dict[str, str]:
        """Which of their records, by their id, were made for some ids of ours."""
        self._need()
        keys = {f"{model}:{one}": one for one in ours}
        rows = self._client.find(MODEL, [["key", "in", list(keys)]], ["key", "resource"])
        made = {row["key"]: row["resource"] for row in rows if row["resource"]}
        return {resource.partition(",")[2]: keys[key] for key, resource in made.items()}

    def create(self, model: str, values: Sequence[tuple[str, Values]]) -> list[str]:
        """Make records under ids of ours, or find that they are there; their ids in order."""
        self._need()
        told = [Operation(f"{model}:{ours}", model, one) for ours, one in values]
        answers = self._addon.apply(told)
        if any(one.id is None for one in answers):
            problem = Problem("erp_rejected", message="Somebody deleted it there.")
            raise Refusal(Outcome.NEEDS_PERSON, problem)
        return [str(one.id) for one in answers]

    def _need(self) -> None:
        if not self.is_ready():
            raise Refusal(Outcome.RETRY, Problem("erp_module_missing", module=OWN))
