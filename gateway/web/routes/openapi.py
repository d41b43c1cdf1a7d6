"""The description of the API (OpenAPI 3.1), made from the marks that the guard enforces."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, current_app
from msgspec import Struct
from werkzeug.routing import Rule as Route

from gateway.access import policy
from gateway.kernel.problems import CATALOGUE
from gateway.web.door.body import JSON
from gateway.web.door.errors import MEDIA_TYPE as PROBLEM_JSON
from gateway.web.door.guard import COOKIE, SAFE, allows
from gateway.web.door.mark import VALUE, Answer, Mark, Shape, Stream, of

REF = "#/components/schemas/{name}"
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
References = Mapping[object, Mapping[str, Any]]
# What the guard and the store refuse a request with, whatever the route.
ALWAYS = ("request_malformed", "store_busy", "internal_error")
MEMBERS_ONLY = ("not_signed_in", "token_unknown", "not_allowed")
UNSAFE = ("request_forged", "storage_failing", "disk_full")
WITH_BODY = (
    "json_malformed",
    "json_float",
    "json_duplicate_key",
    "json_integer_range",
    "json_too_deep",
    "body_too_large",
    "media_type_refused",
    "encoding_refused",
    "body_invalid",
)


_INTEGER_MAX = 2**63 - 1
VALUE_SCHEMA: dict[str, Any] = {
    "title": "Value",
    "description": "Any JSON value but a number with a fraction or an exponent.",
    "anyOf": [
        {"type": ["string", "boolean", "null"]},
        {"type": "integer", "minimum": -_INTEGER_MAX - 1, "maximum": _INTEGER_MAX},
        {"type": "array", "items": VALUE},
        {"type": "object", "additionalProperties": VALUE},
    ],
}


class FieldProblem(Struct, omit_defaults=True):
    """One fault of a value that has several; ``pointer`` is a JSON pointer to it."""

    code: str
    detail: str
    pointer: str = ""


class ProblemDocument(Struct, omit_defaults=True):
    """A refusal (RFC 9457): ``code`` is stable, ``detail`` is in the caller's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    pointer: str = ""
    params: dict[str, Any] = {}
    errors: list[FieldProblem] = []


def blueprint() -> Blueprint:
    """The route /api/v1/openapi.json."""
    api = Blueprint("openapi", __name__, url_prefix="/api/v1")
    made: list[bytes] = []

    @api.get("/openapi.json")
    @allows("openapi", "read", answers={200: {"type": "object"}}, summary="This description")
    def description() -> Any:
        if not made:
            made.append(msgspec.json.encode(describe(current_app), order="sorted"))
        return Response(made[0], mimetype=JSON)

    return api


def describe(app: Flask) -> dict[str, Any]:
    """The description of every route under /api, and of the three for operators."""
    marked = [(route, _mark(app, route)) for route in app.url_map.iter_rules()]
    told = [(route, mark) for route, mark in marked if mark.resource != "page"]
    schemas, references = _components(mark for _, mark in told)
    paths: dict[str, dict[str, Any]] = {}
    for route, mark in sorted(told, key=lambda pair: pair[0].rule):
        operations = paths.setdefault(_path(route), {})
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            operations[method.lower()] = _operation(route, mark, method, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Waystation",
            "version": "1",
            "description": "The store gateway. Every refusal is a problem document (RFC 9457).",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _mark(app: Flask, route: Route) -> Mark:
    mark = of(app.view_functions[route.endpoint])
    assert mark is not None, "create_app checked every route"
    return mark


def _path(route: Route) -> str:
    """``/users/<identity>`` as ``/users/{identity}``."""
    return PLACE.sub(r"{\2}", route.rule)


def _components(marks: Iterable[Mark]) -> tuple[dict[str, Any], References]:
    """Every schema by name, and where to find that of each struct (two may have one name)."""
    structs = list(dict.fromkeys(shape for mark in marks for shape in _structs(mark)))
    shapes = [ProblemDocument, *structs]
    found, schemas = msgspec.json.schema_components(shapes, schema_hook=_anything, ref_template=REF)
    return {**schemas, "Value": VALUE_SCHEMA}, dict(zip(shapes, found, strict=True))


def _anything(kind: type) -> dict[str, object]:
    """The schema of a member that may be any JSON value."""
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError(kind)


def _operation(route: Route, mark: Mark, method: str, references: References) -> dict[str, Any]:
    roles = sorted({role for role, *rest in policy.POLICY if rest == [mark.resource, mark.action]})
    unsafe = method not in SAFE
    operation: dict[str, Any] = {
        "operationId": route.endpoint.replace(".", "_"),
        "summary": mark.summary or f"{mark.action} {mark.resource}",
        "description": f"Policy: {mark.resource} {mark.action}. Roles: {', '.join(roles)}.",
        "parameters": [*_parameters(route, mark), *_own_page(roles, unsafe)],
        "responses": dict(_answers(mark, roles, unsafe, references)),
        "security": _security(roles),
    }
    if mark.body is not None:
        schema = {"schema": _schema(mark.body, references)}
        content = dict.fromkeys(mark.media_types, schema)
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route, mark: Mark) -> Iterator[dict[str, Any]]:
    for converter, name in PLACE.findall(route.rule):
        schema = {"type": "integer", "minimum": 0} if converter == "int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if mark.query is not None:
        form = msgspec.json.schema(mark.query)["$defs"][mark.query.__name__]
        for name, schema in form["properties"].items():
            required = name in form["required"]
            yield {"name": name, "in": "query", "required": required, "schema": schema}


def _own_page(roles: Iterable[str], unsafe: bool) -> list[dict[str, Any]]:
    if not unsafe or not set(roles) & {*policy.PEOPLE, "public"}:
        return []
    return [
        {
            "name": "X-Waystation",
            "in": "header",
            "description": "Needed with the session cookie: a foreign page cannot send it.",
            "schema": {"const": "1"},
        }
    ]


def _security(roles: Iterable[str]) -> list[dict[str, list[str]]]:
    found = set(roles)
    if found & {"public", "local"}:
        return [{}]
    schemes: list[dict[str, list[str]]] = []
    if found & set(policy.MACHINES):
        schemes.append({"token": []})
    if found & set(policy.PEOPLE):
        schemes.append({"session": []})
    return schemes


def _answers(
    mark: Mark, roles: Iterable[str], unsafe: bool, references: References
) -> Iterator[tuple[str, Any]]:
    by_status: dict[int, list[str]] = {}
    for code in _codes(mark, roles, unsafe):
        by_status.setdefault(int(str(CATALOGUE[code]["status"])), []).append(code)
    for status, answer in mark.answers.items():
        by_status.pop(status, None)
        yield str(status), _answer(answer, references)
    problem = {"schema": references[ProblemDocument]}
    for status, codes in sorted(by_status.items()):
        description = ", ".join(dict.fromkeys(codes))
        yield str(status), {"description": description, "content": {PROBLEM_JSON: problem}}


def _codes(mark: Mark, roles: Iterable[str], unsafe: bool) -> Iterator[str]:
    yield from ALWAYS
    yield from mark.problems
    if "public" not in roles:
        yield from MEMBERS_ONLY
    if unsafe:
        yield from UNSAFE
    if mark.body is not None:
        yield from WITH_BODY
    if mark.query is not None:
        yield "parameter_invalid"


def _answer(answer: Answer, references: References) -> dict[str, Any]:
    if answer is None:
        return {"description": "Done; nothing to say."}
    if isinstance(answer, Stream):
        return {"description": "The content.", "content": {answer.media_type: {}}}
    return {
        "description": "The answer.",
        "content": {JSON: {"schema": _schema(answer, references)}},
    }


def _schema(shape: Shape, references: References) -> Mapping[str, Any]:
    return shape if isinstance(shape, Mapping) else references[shape]


def _structs(mark: Mark) -> Iterator[type[Struct]]:
    for shape in (mark.body, *mark.answers.values()):
        if isinstance(shape, type):
            yield shape
