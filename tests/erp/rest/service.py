"""A recorded OData 4 service of an ERP, on loopback.

Its shapes follow the standard, named where it matters: [protocol] OData 4.01 part 1, [url] part 2,
[json] the JSON format, [csdl] part 3. What an ERP does with orders is made up.
"""

import copy
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

Record = dict[str, Any]
KEY, SECRET, TOKEN = "service-key", "client-secret", "granted-1"
CENT = Decimal("0.01")
PAGE = 3
GUID, TEXT, NUMBER, TRUTH = "Edm.Guid", "Edm.String", "Edm.Decimal", "Edm.Boolean"
SETS: dict[str, dict[str, str]] = {
    "Customers": {"id": GUID, "externalId": TEXT, "number": TEXT, "name": TEXT, "phone": TEXT,
                  "blocked": TRUTH, "creditLimit": NUMBER, "taxNumber": TEXT,
                  "changedAt": "Edm.DateTimeOffset"},
    "Addresses": {"id": GUID, "customerId": GUID, "street": TEXT, "city": TEXT, "active": TRUTH},
    "Items": {"id": GUID, "code": TEXT, "barcode": TEXT},
    "Taxes": {"id": GUID, "rate": NUMBER},
    "Orders": {"id": GUID, "externalId": TEXT, "customerId": GUID, "orderDate": "Edm.Date",
               "status": TEXT, "net": NUMBER, "total": NUMBER},
    "OrderLines": {"id": GUID, "orderId": GUID, "itemId": GUID, "taxId": GUID, "quantity": NUMBER,
                   "price": NUMBER, "text": TEXT},
}  # fmt: skip
LISTS = {"Customers": {"addresses": ("Addresses", "customerId")},
         "Orders": {"lines": ("OrderLines", "orderId")}}  # fmt: skip
LINKS = {"Orders": {"customer": ("Customers", "customerId")},
         "OrderLines": {"item": ("Items", "itemId"), "tax": ("Taxes", "taxId")},
         "Addresses": {"customer": ("Customers", "customerId")}}  # fmt: skip
_TERM = re.compile(r"([\w/]+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|[^\s()]+)")


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def csdl() -> bytes:
    """The service's own description [csdl]."""
    types = "".join(_type(name, fields) for name, fields in SETS.items())
    sets = "".join(f'<EntitySet Name="{name}" EntityType="Erp.{name}Type"/>' for name in SETS)
    return (
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        '<edmx:DataServices><Schema Namespace="Erp" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{types}<EntityContainer Name="Container">{sets}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


def _type(name: str, fields: dict[str, str]) -> str:
    nullable = dict.fromkeys(("name", "orderDate", "quantity"), "false")
    told = "".join(
        f'<Property Name="{field}" Type="{type}" Nullable="{nullable.get(field, "true")}"/>'
        for field, type in fields.items()
    )
    for field, (to, _) in LISTS.get(name, {}).items():
        told += f'<NavigationProperty Name="{field}" Type="Collection(Erp.{to}Type)"/>'
    for field, (to, key) in LINKS.get(name, {}).items():
        told += (f'<NavigationProperty Name="{field}" Type="Erp.{to}Type"><ReferentialConstraint'
                 f' Property="{key}" ReferencedProperty="id"/></NavigationProperty>')  # fmt: skip
    return f'<EntityType Name="{name}Type"><Key><PropertyRef Name="id"/></Key>{told}</EntityType>'


class Books:
    """The records by set and key."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Record]] = {name: {} for name in SETS}
        self._ids = count(1)
        self._versions = count(1)
        for code, barcode in (("SKU-0001", "2000000000015"), ("SKU-0002", "2000000000022"),
                              ("ROUNDING", None)):  # fmt: skip
            self.make("Items", {"code": code, "barcode": barcode})
        for rate in (7, 19):
            self.make("Taxes", {"rate": rate})
        self.make("Customers", {"name": "Walk-in", "number": "WALK-IN"})

    def all(self, model: str, /, **values: Any) -> list[Record]:
        rows = self.rows[model].values()
        return [row for row in rows if all(row.get(name) == one for name, one in values.items())]

    def make(self, model: str, given: Record) -> Record:
        """A record with everything in it [protocol, 11.4.2.2 deep insert]."""
        row: Record = {**dict.fromkeys(SETS[model]), "id": str(UUID(int=next(self._ids)))}
        row |= {"blocked": False} if model == "Customers" else {}
        row |= {"active": True} if model == "Addresses" else {}
        row |= {"status": "Draft"} if model == "Orders" else {}
        self.rows[model][row["id"]] = row
        lists = LISTS.get(model, {})
        plain = {name: value for name, value in given.items() if name not in lists}
        self.change(model, row["id"], plain)
        for name, (to, back) in lists.items():
            for each in given.get(name, ()):
                self.make(to, {**each, back: row["id"]})
        return self.rows[model][row["id"]]

    def change(self, model: str, key: str, given: Record) -> None:
        if unknown := given.keys() - SETS[model].keys():
            raise Refused(400, f"The property '{min(unknown)}' does not exist on type '{model}'.")
        row = {**self.rows[model][key], **given}
        row["@odata.etag"] = f'W/"{next(self._versions)}"'
        if model == "Customers":
            row["changedAt"] = "2027-01-15T08:00:00.123Z"
            if row["number"] and any(
                one["id"] != key for one in self.all(model, number=row["number"])
            ):
                raise Refused(409, f"The number {row['number']} is taken.")
            if row["taxNumber"] == "123":
                raise Refused(400, "That is no tax number.")
        self.rows[model][key] = row
        order = key if model == "Orders" else row.get("orderId")
        if order in self.rows["Orders"]:
            self._sum(order)

    def confirm(self, key: str) -> None:
        row = self.rows["Orders"][key]
        limit = self.rows["Customers"][row["customerId"]]["creditLimit"]
        if row["status"] != "Draft":
            raise Refused(400, "The order is confirmed already.")
        if limit is not None and row["total"] > limit:
            raise Refused(400, "The credit limit is exceeded.")
        self.rows["Orders"][key] = {**row, "status": "Confirmed"}

    def cancel(self, key: str) -> None:
        self.rows["Orders"][key] = {**self.rows["Orders"][key], "status": "Cancelled"}

    def _sum(self, order: str) -> None:
        net = tax = Decimal(0)
        for line in self.all("OrderLines", orderId=order):
            amount = _cents(Decimal(str(line["price"] or 0)) * Decimal(str(line["quantity"] or 0)))
            rate = self.rows["Taxes"].get(line["taxId"], {"rate": 0})["rate"]
            net, tax = net + amount, tax + _cents(amount * rate / 100)
        self.rows["Orders"][order] |= {"net": float(net), "total": float(net + tax)}

    def found(self, model: str, told: str) -> list[Record]:
        """Records by a filter of terms, or-groups of them in brackets [url, 5.1.1]."""
        rows = list(self.rows[model].values())
        if not told:
            return rows
        for group in re.split(r" and (?=\w|\()", told):
            terms = _TERM.findall(group)
            rows = [row for row in rows if any(self._holds(model, row, *term) for term in terms)]
        return rows

    def _holds(self, model: str, row: Record, path: str, how: str, literal: str) -> bool:
        first, _, rest = path.partition("/")
        if rest:
            to, key = LINKS[model][first]
            return row[key] is not None and self._holds(
                to, self.rows[to][row[key]], rest, how, literal
            )
        if first not in SETS[model]:
            raise Refused(400, f"Could not find a property named '{first}'.")
        told, value = row[first], _value(literal, SETS[model][first])
        if how in ("eq", "ne"):
            return bool((told == value) == (how == "eq"))
        return told is not None and bool(getattr(told, f"__{how}__")(value))


def _value(literal: str, type: str) -> Any:
    if literal == "null":
        return None
    if type == TEXT:
        assert literal.startswith("'"), literal  # [url] texts are in quotes, and only they
        return literal[1:-1].replace("''", "'")
    assert not literal.startswith("'"), literal
    if type == TRUTH:
        return literal == "true"
    return float(literal) if type == NUMBER else literal


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


class Server(ThreadingHTTPServer):
    """Listens until it is told to stop; the books stay."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0, books: Books | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.books = books or Books()
        self.keys = {KEY}
        self.csrf = ""
        self.fault: tuple[str, str] | None = None
        self.held: list[tuple[str, Record]] = []
        self.seen: list[str] = []
        self.next_host = ""
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/odata"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def let_through(self) -> None:
        for model, given in self.held:
            try:
                self.books.make(model, given)
            except Refused:
                continue
        self.held.clear()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.stop()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def _answer(self, verb: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        path = unquote(url.path).removeprefix("/odata").lstrip("/")
        self.server.seen.append(f"{verb} {path}")
        if path == "token":
            return self._grant(parse_qs(raw.decode()))
        with self.server.lock:
            before = copy.deepcopy(self.server.books.rows)
            try:
                status, value = self._carry_out(verb, path, parse_qs(url.query), raw)
            except Refused as error:
                self.server.books.rows = before
                # An error as the JSON format has it in 21.1.
                status, value = error.status, {"error": {"code": "X", "message": error.message}}
        if status == 0:
            self.connection.recv(1)  # returns when the caller hangs up
            return None
        return self._send(status, value)

    def _carry_out(
        self, verb: str, path: str, query: dict[str, list[str]], raw: bytes
    ) -> tuple[int, Any]:
        books = self.server.books
        self._let_in(verb)
        if path in ("", "$metadata"):
            return 200, csdl() if path else {"value": []}
        model, _, rest = path.partition("(")
        if model not in SETS:
            raise Refused(404, "Resource not found")
        if verb == "GET":
            return 200, self._page(model, query)
        given = json.loads(raw)
        if not rest:
            return self._made(model, given)
        key, _, below = rest.partition(")")
        if key not in books.rows[model]:
            raise Refused(404, "The record does not exist.")
        if below:
            return self._below(model, key, below.lstrip("/"), given)
        match = self.headers.get("If-Match")
        if match not in ("*", books.rows[model][key]["@odata.etag"]):
            raise Refused(412, "Another user has changed the record.")  # [protocol, 8.2.4]
        books.change(model, key, given)
        return 200, books.rows[model][key]

    def _let_in(self, verb: str) -> None:
        server = self.server
        if self.headers.get("Authorization", "").split()[-1] not in server.keys:
            raise Refused(401, "Unauthorized")
        if server.csrf and verb != "GET" and self.headers.get("X-CSRF-Token") != server.csrf:
            raise Refused(403, "CSRF token validation failed")

    def _made(self, model: str, given: Record) -> tuple[int, Any]:
        server = self.server
        if server.fault and server.fault[1] == model:
            kind, server.fault = server.fault[0], None
            if kind == "held":
                server.held.append((model, given))
            else:
                server.books.make(model, given)
            return 0, None
        return 201, server.books.make(model, given)

    def _below(self, model: str, key: str, name: str, given: Record) -> tuple[int, Any]:
        books = self.server.books
        if name in LISTS.get(model, {}):
            to, back = LISTS[model][name]
            return 201, books.make(to, {**given, back: key})
        {"Erp.confirm": books.confirm, "Erp.cancel": books.cancel}[name](key)
        return 204, None

    def _page(self, model: str, query: dict[str, list[str]]) -> Record:
        """So many at a time, and a link to what follows [protocol, 11.2.6.7]."""
        rows = self.server.books.found(model, query.get("$filter", [""])[0])
        for name in reversed(query["$orderby"][0].split(",")):
            field, _, way = name.partition(" ")
            rows.sort(key=lambda row: str(row[field]), reverse=way == "desc")
        start = int(query.get("$skiptoken", ["0"])[0])
        size = min(PAGE, int(query.get("$top", ["999"])[0]))
        selected = query["$select"][0].split(",")
        page = [self._told(model, row, selected, query) for row in rows[start : start + size]]
        told: Record = {"value": page}
        if start + size < len(rows) and size == PAGE:
            host = self.server.next_host or self.server.url
            asked = re.sub(r"&(\$|%24)skiptoken=\d+", "", self.path.partition("/odata/")[2])
            told["@odata.nextLink"] = f"{host}/{asked}&$skiptoken={start + size}"
        return told

    def _told(
        self, model: str, row: Record, selected: list[str], query: dict[str, list[str]]
    ) -> Record:
        told = {name: row[name] for name in selected} | {"@odata.etag": row["@odata.etag"]}
        for name, inner in re.findall(r"(\w+)\(\$select=([\w,]+)\)", query.get("$expand", [""])[0]):
            to, key = LINKS[model][name]
            linked = self.server.books.rows[to].get(row[key] or "")
            told[name] = linked and {each: linked[each] for each in inner.split(",")}
        return told

    def _grant(self, form: dict[str, list[str]]) -> None:
        if form.get("client_secret") != [SECRET]:
            return self._send(401, {"error": "invalid_client"})
        return self._send(200, {"access_token": TOKEN, "expires_in": 3600})

    def _send(self, status: int, value: Any) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        type = "application/xml" if isinstance(value, bytes) else "application/json"
        self.send_header("Content-Type", type)
        if self.server.csrf and self.headers.get("X-CSRF-Token") == "Fetch":
            self.send_header("X-CSRF-Token", self.server.csrf)
        if status == 403:
            self.send_header("X-CSRF-Token", "Required")
        self.send_header("Content-Length", str(0 if status == 204 else len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
