"""An Odoo as it was seen and read to behave, on loopback, with both of its doors.

What is said of Odoo here comes from three places, named where it matters:
[ran] Odoo 11, run and asked over JSON-RPC; [source] odoo/odoo on GitHub, the file beside it;
[docs] odoo/documentation, external_api.rst and external_json2_api.rst.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.erp import loopback
from tests.erp.odoo.books import Books, OdooError, missing

DATABASE, USER, KEY = "shop", "gateway", "api-key-of-gateway"
UID = 7
# Arguments by name, as in 19 [source: odoo/orm/models.py].
NAMED = {
    "create": ("vals_list",), "write": ("vals",), "load": ("fields", "data"),
    "default_get": ("fields",), "fields_get": ("allfields", "attributes"), "context_get": (),
    "search": ("domain", "offset", "limit", "order"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
    "action_confirm": (), "action_cancel": (), "action_post": (), "button_validate": (),
}  # fmt: skip


@dataclass
class Fault:
    """What becomes of the next call of a method: its answer is ``lost``, or it is ``held``."""

    kind: str
    model: str
    methods: tuple[str, ...]


@dataclass
class State:
    """What the server holds and is told to do."""

    books: Books
    version: str = "17.0"
    json2: bool = False
    is_rpc: bool = True
    fault: Fault | None = None
    held: list[tuple[str, str, list[int] | None, dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    raises: list[OdooError] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def carry_out(
        self, model: str, method: str, ids: list[int] | None, arguments: dict[str, Any]
    ) -> Any:
        """One call is one transaction, all or nothing [docs]."""
        with self.lock:
            self.calls.append((model, method))
            if self.raises:
                raise self.raises.pop(0)
            before = copy.deepcopy(self.books.rows)
            try:
                return self.books.call(model, method, ids, arguments)
            except BaseException:
                self.books.rows = before
                raise

    def answer(
        self, model: str, method: str, ids: list[int] | None, arguments: dict[str, Any]
    ) -> tuple[Any, bool]:
        """What a call returns, and whether anybody is told."""
        fault = self.fault
        if fault and fault.model == model and method in fault.methods:
            self.fault = None
            if fault.kind == "held":
                self.held.append((model, method, ids, arguments))
                return None, False
            self.carry_out(model, method, ids, arguments)
            return None, False
        return self.carry_out(model, method, ids, arguments), True

    def let_through(self) -> None:
        """What was held back is carried out now, though nobody waits for it any more."""
        for call in self.held:
            try:
                self.carry_out(*call)
            except OdooError:
                continue
        self.held.clear()


class Server(loopback.Server[State]):
    """Starts and stops listening; the books stay."""

    def __init__(self, **told: Any) -> None:
        super().__init__(State(Books(), **told), Handler)

    @property
    def books(self) -> Books:
        return self.state.books


@contextmanager
def serving(**told: Any) -> Iterator[Server]:
    server = Server(**told)
    try:
        yield server
    finally:
        server.stop()


class Handler(loopback.Handler, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        state = self.server.state
        if self.path == "/web/version" and state.json2:
            return self.send(200, {"version": state.version, "version_info": []})
        return self._page(404)

    def do_POST(self) -> None:
        body = self.body()
        if self.path == "/jsonrpc" and self.server.state.is_rpc:
            return self._rpc(body)
        if self.path.startswith("/json/2/") and self.server.state.json2:
            return self._json2(body)
        return self._page(404)

    def _rpc(self, body: dict[str, Any]) -> None:
        """Errors come with HTTP 200, told by ``data.name`` [ran]."""
        params = body["params"]
        try:
            result, is_told = self._service(params["service"], params["method"], params["args"])
        except OdooError as error:
            data = {"name": error.name, "debug": "Traceback …", "message": error.message,
                    "arguments": [error.message], "context": {}}  # fmt: skip
            told = {"code": 200, "message": "Odoo Server Error", "data": data}
            return self.send(200, {"jsonrpc": "2.0", "id": body["id"], "error": told})
        if not is_told:
            return self.wait()
        return self.send(200, {"jsonrpc": "2.0", "id": body["id"], "result": result})

    def _service(self, service: str, method: str, args: list[Any]) -> tuple[Any, bool]:
        state = self.server.state
        if service == "common" and method == "version":
            info = [int(state.version.split(".")[0]), 0, 0, "final", 0, ""]
            return {"server_version": state.version, "server_version_info": info}, True
        if service == "common" and method == "authenticate":
            # False and no error for a wrong secret [ran]
            return (UID if args[:3] == [DATABASE, USER, KEY] else False), True
        database, uid, key, model, name, placed, named = args
        if [database, uid, key] != [DATABASE, UID, KEY]:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied")
        if model not in state.books.models:
            # [source] odoo/service/model.py, execute_cr
            raise OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist")
        placed, named = list(placed), dict(named)
        if name == "create":
            # [source] odoo/api.py, call_kw: what a creation answers hangs on its first place
            if state.version.split(".")[0] == "11" and isinstance(placed[0], list):
                raise OdooError("builtins.AttributeError", "'list' object has no attribute 'items'")
            return state.answer(model, name, None, {"vals_list": placed[0], **named})
        if name == "default_get":
            return state.answer(model, name, None, {"fields": placed[0], **named})
        ids = placed[0] if placed else None
        return state.answer(model, name, ids, named)

    def _json2(self, body: dict[str, Any]) -> None:
        """Statuses of their own, and the class of what was raised as ``name`` [source, docs]."""
        state = self.server.state
        if self.headers.get("Authorization") != f"bearer {KEY}":
            return self.send(401, {"name": "werkzeug.exceptions.Unauthorized",
                                    "message": "Invalid apikey", "arguments": []})  # fmt: skip
        model, method = self.path.removeprefix("/json/2/").split("/")
        if model not in state.books.models:
            return self.send(404, {"name": "werkzeug.exceptions.NotFound",
                                    "message": f"the model '{model}' does not exist"})  # fmt: skip
        ids = body.pop("ids", None)
        if unknown := body.keys() - {"context", *NAMED.get(method, body)}:
            # [source] json2.py: arguments are bound to the signature by name
            message = f"got an unexpected keyword argument '{min(unknown)}'"
            return self.send(422, {"name": "werkzeug.exceptions.UnprocessableEntity",
                                    "message": message, "arguments": [message]})  # fmt: skip
        try:
            result, is_told = state.answer(model, method, ids, body)
        except OdooError as error:
            return self.send(error.status, {"name": error.name, "message": error.message,
                                             "arguments": [error.message]})  # fmt: skip
        return self.send(200, result) if is_told else self.wait()

    def _page(self, status: int) -> None:
        self.send_bytes(status, "text/html", b"<!doctype html><title>404 Not Found</title>")


__all__ = ["DATABASE", "KEY", "USER", "Fault", "OdooError", "Server", "missing", "serving"]
