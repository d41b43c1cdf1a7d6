"""Exactly once at Odoo, ERPNext and an OData service, wherever a writing request is cut off.

The connection breaks before the request arrives, or after it was carried out and before the answer.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from config.schema import ErpNextSettings, OdooSettings, RestSettings
from sync.erp.connector import Entry, Trouble
from sync.erp.connectors.erpnext.client import Client as ErpNext
from sync.erp.connectors.erpnext.preparing import prepared
from sync.erp.connectors.odoo.client import Client as Odoo
from sync.erp.connectors.rest.client import Client as Rest
from sync.erp.line import Line
from sync.erp.mapping.model import ErpMapping
from sync.erp.pushing.engine import Engine, Terms
from tests.erp import test_rest
from tests.erp.erpnext import bench as erpnext_bench
from tests.erp.erpnext import server as erpnext_server
from tests.erp.line import _request, _until_closed
from tests.erp.odoo import bench as odoo_bench
from tests.erp.odoo import server as odoo_server
from tests.erp.rest import service
from tests.erp.test_pushing_cut import entries

ROUNDS_MAX = 5
WRITES_MAX = 40
NUMBERED = re.compile(r"[A-Z -]+-\d{5}")  # names that ERPNext gives
SLACK = {"id", "name", "write_date", "create_date", "modified", "creation", "@odata.etag", "links"}


class Cut:
    """A loopback proxy that breaks one connection, at the n-th request that writes; 0 is never."""

    def __init__(self, port: int, writes: re.Pattern[bytes], at: int, *, there: bool) -> None:
        self._target = ("127.0.0.1", port)
        self._writes, self._at, self._there = writes, at, there
        self.written = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            with caller:
                self._carry(caller)

    def _carry(self, caller: socket.socket) -> None:
        request = _request(caller)
        self.written += self._writes.search(request) is not None
        is_cut = self.written == self._at and self._writes.search(request) is not None
        if not request or (is_cut and self._there):
            return
        with socket.create_connection(self._target) as server:
            server.sendall(request)
            answer = b"".join(_until_closed(server))
        if not is_cut:
            caller.sendall(answer)


@dataclass
class Case:
    """One ERP: its port, what of its requests writes, its line by an address, what it holds."""

    port: int
    writes: re.Pattern[bytes]
    line: Callable[[str], Line]
    mapping: ErpMapping
    held: Callable[[], Mapping[str, Mapping[Any, Mapping[str, Any]]]]
    dead: Callable[[Mapping[str, Any]], bool]


@contextmanager
def odoo() -> Iterator[Case]:
    with odoo_server.serving() as server:
        settings = OdooSettings(
            database=odoo_server.DATABASE, user=odoo_server.USER, key=odoo_server.KEY
        )
        yield Case(
            int(server.url.rpartition(":")[2]),
            re.compile(rb'"(create|write|load|action_\w+|button_\w+)"'),
            lambda url: Odoo(replace(settings, url=url), 10),
            odoo_bench.MAPPING,
            lambda: server.books.rows,
            lambda row: row.get("state") == "cancel",
        )


@contextmanager
def erpnext() -> Iterator[Case]:
    with erpnext_server.serving() as server:
        settings = ErpNextSettings(key=erpnext_server.KEY, secret=erpnext_server.SECRET)
        list(prepared(ErpNext(replace(settings, url=server.url), 10), erpnext_bench.MAPPING))
        yield Case(
            int(server.url.rpartition(":")[2]),
            re.compile(rb"^(PUT|\w+ \S*(insert_many|run_method))"),
            lambda url: ErpNext(replace(settings, url=url), 10),
            erpnext_bench.MAPPING,
            lambda: server.site.documents,
            lambda row: row.get("docstatus") == 2,
        )


@contextmanager
def odata() -> Iterator[Case]:
    with service.serving() as server:
        yield Case(
            server.server_address[1],
            re.compile(rb"^(POST|PATCH)"),
            lambda url: Rest(RestSettings(url=f"{url}/odata", key=service.KEY), 10),
            test_rest.MAPPING,
            lambda: server.books.rows,
            lambda row: row.get("status") == "Cancelled",
        )


CASES = {"odoo": odoo, "erpnext": erpnext, "odata": odata}


def told(case: Case) -> dict[str, list[str]]:
    """What the ERP holds, without what it gave itself and what it cancelled.

    Elements that were added by an edit have no id of ours, those of a creation may have one.
    """
    return {
        model: sorted(repr(_plain(row)) for row in rows.values() if not case.dead(row))
        for model, rows in case.held().items()
        if model != "ir.model.data"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: one for name, one in value.items() if name not in SLACK and one}
        return {name: _plain(kept[name]) for name in sorted(kept) if not _is_key(name, kept[name])}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _is_key(name: str, value: Any) -> bool:
    """Whether it is a key that the ERP gave, which another order of things makes another one."""
    if name in ("externalId", "waystation_id", "client_order_ref"):
        return "/" in value
    return name.lower().endswith(("id", "ids")) or NUMBERED.fullmatch(str(value)) is not None


def morning(case: Case, entries: Sequence[Entry], at: int, *, there: bool) -> int:
    """Push a morning in two batches, each until all of it is taken; how often it wrote."""
    cut = Cut(case.port, case.writes, at, there=there)
    links: dict[str, Mapping[str, str]] = {}
    day = [one for one in entries if (one.kind or one.type) in case.mapping.takes]
    try:
        line = case.line(cut.url)
        for batch in (day[:4], day[4:]):
            waiting = {entry.seq: entry for entry in batch}
            for _ in range(ROUNDS_MAX):
                engine = Engine(line, case.mapping, Terms())
                known = [replace(one, links=links.get(one.subject, {})) for one in waiting.values()]
                try:
                    for receipt in engine.push(known):
                        assert receipt.status != "rejected", receipt.problem
                        if receipt.settled:
                            entry = waiting.pop(receipt.seq)
                            links[entry.subject] = {
                                **links.get(entry.subject, {}),
                                **receipt.links,
                            }
                    engine.tidy()
                except Trouble:
                    continue
                if not waiting:
                    break
            assert not waiting, "every entry is taken in the end"
    finally:
        cut.close()
    return cut.written


@pytest.mark.parametrize("erp", list(CASES))
@pytest.mark.parametrize("there", [True, False])
def test_the_same_is_there_in_the_end_wherever_a_request_was_cut(erp: str, *, there: bool) -> None:
    day = entries()
    with CASES[erp]() as case:
        writes = morning(case, day, 0, there=there)
        expected = told(case)
    assert 0 < writes < WRITES_MAX
    for at in range(1, writes + 1):
        with CASES[erp]() as case:
            morning(case, day, at, there=there)
            assert told(case) == expected, f"cut at write {at} of {writes}"
