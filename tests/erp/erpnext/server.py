"""A recorded ERPNext on loopback, with the REST interface of version 1 [ran; frappe/api/v1.py]."""

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.erp import loopback
from tests.erp.erpnext.site import Document, FrappeError, Site

KEY, SECRET = "key-of-gateway", "secret-of-gateway"
INSERTS_MAX = 200


@dataclass
class State:
    """The site, and what becomes of the next creation of a type: ``lost`` or ``held``."""

    site: Site
    fault: tuple[str, str] | None = None
    held: list[list[Document]] = field(default_factory=list)
    raises: list[FrappeError] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def together(self, work: Any) -> Any:
        """All or nothing: Frappe rolls a request back that raised [ran]."""
        with self.lock:
            if self.raises:
                raise self.raises.pop(0)
            before = copy.deepcopy(self.site.documents)
            try:
                return work()
            except BaseException:
                self.site.documents = before
                raise

    def insert_many(self, docs: list[Document]) -> list[str]:
        """At most two hundred, all or none [ran; frappe/client.py]."""
        if len(docs) > INSERTS_MAX:
            raise FrappeError("ValidationError", "Only 200 inserts allowed in one request")
        return [str(self.site.insert(one["doctype"], one)["name"]) for one in docs]

    def let_through(self) -> None:
        for docs in self.held:
            try:
                self.together(lambda docs=docs: self.insert_many(docs))
            except FrappeError:
                continue  # what is unique is there already
        self.held.clear()


class Server(loopback.Server[State]):
    """Starts and stops listening; the site stays."""

    def __init__(self, zone: str = "Asia/Kolkata") -> None:
        super().__init__(State(Site(zone)), _Handler)

    @property
    def site(self) -> Site:
        return self.state.site


@contextmanager
def serving(zone: str = "Asia/Kolkata") -> Iterator[Server]:
    server = Server(zone)
    try:
        yield server
    finally:
        server.stop()


class _Handler(loopback.Handler, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, verb: str) -> None:
        body, url = self.body(), urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = [unquote(part) for part in url.path.split("/")[2:]]
        self.server.state.calls.append(f"{verb} {'/'.join(parts)}")
        try:
            if self.headers.get("Authorization") != f"token {KEY}:{SECRET}":
                raise FrappeError("AuthenticationError", "", 401)
            if parts[0] == "method":
                return self._method(parts[1], {**query, **body})
            return self._resource(verb, parts[1:], body, query)
        except FrappeError as error:
            # [ran] the class in exc_type, what people are told is JSON in JSON in JSON
            message = json.dumps({"message": error.message, "indicator": "red"})
            told = {"exc_type": error.kind, "_server_messages": json.dumps([message]),
                    "exception": f"frappe.exceptions.{error.kind}: {error.message}"}  # fmt: skip
            return self.send(error.status, told)

    def _method(self, name: str, given: dict[str, Any]) -> None:
        state, site = self.server.state, self.server.state.site
        if name == "frappe.client.insert_many":
            return self._insert_many(given["docs"])
        answers = {
            "frappe.auth.get_logged_user": lambda: "gateway@example.com",
            "frappe.client.get_time_zone": lambda: {"time_zone": site.zone},
            "frappe.utils.change_log.get_versions": lambda: {"erpnext": {"version": "15.40.0"}},
            "frappe.client.get_list": lambda: site.found(given["doctype"], given),
        }
        if name == "frappe.desk.form.load.getdoctype":
            if given["doctype"] not in site.types:
                raise FrappeError("DoesNotExistError", "DocType not found", 404)
            one = {"name": given["doctype"], "fields": site.types[given["doctype"]]}
            return self.send(200, {"docs": [one]})
        return self.send(200, {"message": state.together(answers[name])})

    def _insert_many(self, docs: list[Document]) -> None:
        state = self.server.state
        if state.fault and state.fault[1] == docs[0]["doctype"]:
            kind, _ = state.fault
            state.fault = None
            if kind == "held":
                state.held.append(docs)
            else:
                state.together(lambda: state.insert_many(docs))
            return self.wait()
        return self.send(200, {"message": state.together(lambda: state.insert_many(docs))})

    def _resource(
        self, verb: str, parts: list[str], body: dict[str, Any], query: dict[str, str]
    ) -> None:
        state, site = self.server.state, self.server.state.site
        if verb == "POST" and len(parts) == 1:
            told = state.together(lambda: site.insert(parts[0], body))
        elif verb == "POST" and query.get("run_method") == "submit":
            told = state.together(lambda: site.submit(*parts))
        elif verb == "PUT":
            told = state.together(lambda: site.change(parts[0], parts[1], body))
        else:
            told = site.get(*parts)
        self.send(200, {"data": told})
