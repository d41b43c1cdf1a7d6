"""Calls of a Frappe site: what is sent, and the value that comes back."""

from typing import Any

from config.schema import ErpNextSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble
from sync.erp.connectors.erpnext import faults
from sync.erp.connectors.wire import Hosts, Wire, bearer, packed


class Calls:
    """One site, with the key of a user."""

    def __init__(
        self, settings: ErpNextSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        token = bearer(f"{settings.key}:{settings.secret}", "token")
        self._wire = Wire(f"{settings.url.rstrip('/')}/api", token, timeout_s, hosts)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read something. Missing, Refusal, Trouble."""
        return self._told("GET", path, None, query)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Call a method or make something. Missing, Refusal, Trouble."""
        return self._told("POST", path, body, {})

    def put(self, path: str, **body: Any) -> dict[str, Any]:
        """Change something. Missing, Refusal, Trouble."""
        return self._told("PUT", path, body, {})

    def _told(self, verb: str, path: str, body: Any, query: dict[str, str]) -> dict[str, Any]:
        sent = None if body is None else packed(body)
        answer = self._wire.send(verb, path, sent, query=query)
        if not answer.is_good:
            raise faults.of_answer(answer)
        told = answer.json()
        if not isinstance(told, dict):
            raise Trouble(Problem("erp_answer", reason="it sent other JSON"), is_unsure=True)
        return told
