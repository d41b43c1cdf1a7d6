"""The two doors of Odoo: JSON-RPC, which every version from 11 has, and JSON-2 from 19 on.

A call names a model, a method, the records it is about (None for what is about the model) and its
arguments by name. One call is one transaction there.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final, Protocol

from config.schema import OdooSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Refusal, Trouble
from sync.erp.connectors.odoo import faults
from sync.erp.connectors.odoo.faults import ModelUnknown
from sync.erp.connectors.wire import Hosts, Wire, bearer, nobody, packed, trouble

JSON2_SINCE: Final = 19
# Arguments that go by their place at JSON-RPC: what a creation answers hangs on it (odoo/api.py),
# and this one of default_get was called fields_list before 19.
_PLACED: Final[Mapping[str, str]] = {"create": "vals_list", "default_get": "fields"}
_NO_OBJECT = "Object {} doesn't exist"  # odoo/service/model.py; no language is asked for


class Door(Protocol):
    """A way to call methods of Odoo's models."""

    def call(self, model: str, method: str, ids: Sequence[int] | None, **arguments: Any) -> Any:
        """What a method returns. ModelUnknown, Refusal, Trouble."""


class JsonRpc:
    """``POST /jsonrpc``: one address for everything, errors with HTTP 200."""

    def __init__(self, settings: OdooSettings, timeout_s: float, hosts: Hosts | None) -> None:
        self._wire = Wire(settings.url, nobody, timeout_s, hosts)
        self._settings = settings
        self._numbers = count(1)
        self._uid = 0

    def version(self) -> str:
        """The server's version, which it tells everybody; empty where there is no such door."""
        body = self._body("common", "version", [])
        answer = self._wire.send("POST", "jsonrpc", body)
        if answer.status in (404, 405, 410):
            return ""
        told = self._result(answer)
        return str(told.get("server_version", "")) if isinstance(told, dict) else ""

    def call(self, model: str, method: str, ids: Sequence[int] | None, **arguments: Any) -> Any:
        """See Door."""
        settings = self._settings
        placed: list[Any] = [] if ids is None else [list(ids)]
        if method in _PLACED:
            placed.append(arguments.pop(_PLACED[method]))
        asked = [settings.database, self._user(), settings.key, model, method, placed, arguments]
        try:
            return self._ask("object", "execute_kw", asked)
        except Refusal as refusal:
            if _NO_OBJECT.format(model) in str(refusal.problem.params.get("message", "")):
                raise ModelUnknown(model) from refusal
            raise

    def _user(self) -> int:
        if not self._uid:
            settings = self._settings
            asked = [settings.database, settings.user, settings.key, {}]
            uid = self._ask("common", "authenticate", asked)
            if not isinstance(uid, int) or not uid:
                raise Trouble(Problem("erp_key_refused", status=401))
            self._uid = uid
        return self._uid

    def _ask(self, service: str, method: str, arguments: list[Any]) -> Any:
        return self._result(
            self._wire.send("POST", "jsonrpc", self._body(service, method, arguments))
        )

    def _result(self, answer: Any) -> Any:
        if not answer.is_good:
            raise trouble(answer, "JSON-RPC interface")
        told = answer.json()
        if not isinstance(told, dict) or not told.keys() & {"result", "error"}:
            raise Trouble(Problem("erp_answer", reason="it sent other JSON"), is_unsure=True)
        if error := told.get("error"):
            raise faults.of_rpc(error if isinstance(error, dict) else {"message": str(error)})
        return told.get("result")

    def _body(self, service: str, method: str, arguments: list[Any]) -> bytes:
        params = {"service": service, "method": method, "args": arguments}
        return packed(
            {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": params}
        )


class Json2:
    """``POST /json/2/MODEL/METHOD``: everything by name, errors with statuses of their own."""

    def __init__(self, settings: OdooSettings, timeout_s: float, hosts: Hosts | None) -> None:
        self._wire = Wire(settings.url, bearer(settings.key, "bearer"), timeout_s, hosts)
        self._database = settings.database

    def version(self) -> str:
        """The server's version, which it tells everybody."""
        answer = self._wire.send("GET", "web/version")
        told = answer.said() if answer.is_good else None
        return str(told.get("version", "")) if isinstance(told, dict) else ""

    def call(self, model: str, method: str, ids: Sequence[int] | None, **arguments: Any) -> Any:
        """See Door."""
        about: Mapping[str, Any] = {} if ids is None else {"ids": list(ids)}
        headers = {"X-Odoo-Database": self._database} if self._database else {}
        body = packed({**about, **arguments})
        answer = self._wire.send("POST", f"json/2/{model}/{method}", body, headers)
        if answer.is_good:
            return answer.json()
        raise faults.of_answer(answer)


def opened(settings: OdooSettings, timeout_s: float, hosts: Hosts | None) -> tuple[Door, str]:
    """The door that the settings name, or the one for the version that answers; Trouble."""
    rpc, json2 = JsonRpc(settings, timeout_s, hosts), Json2(settings, timeout_s, hosts)
    if settings.door == "json2":
        return json2, json2.version()
    version = rpc.version()
    if settings.door == "jsonrpc":
        return rpc, version
    if not version or major(version) >= JSON2_SINCE:
        return json2, version or json2.version()
    return rpc, version


def major(version: str) -> int:
    """The series of a version: 17 of ``17.0``, and of ``saas~17.4`` too; 0 where none is told."""
    digits = version.removeprefix("saas~").removeprefix("saas-").partition(".")[0]
    return int(digits) if digits.isdecimal() else 0
