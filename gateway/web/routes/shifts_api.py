"""Shifts and registers over HTTP: expected and counted, and whether the numbering holds."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.facts import registers, shifts
from gateway.facts.registers import Register
from gateway.facts.shifts import LAST, Shift
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes import place
from gateway.web.routes.place import After, Limit

Name = Annotated[str, Meta(max_length=80)]
Names = tuple[str, str]


class ShiftQuery(Struct, forbid_unknown_fields=True):
    """``register`` narrows to one."""

    register: Name = ""
    after: After = ""
    limit: Limit = 50


class RegisterQuery(Struct, forbid_unknown_fields=True):
    """``after`` is the last name of the page before."""

    after: Name = ""
    limit: Limit = 50


class Shifts(Struct):
    """Shifts, the last names first; ``next`` is the ``after`` of the next page."""

    shifts: list[Shift]
    next: str | None


class Registers(Struct):
    """Registers by name; ``next`` is the ``after`` of the next page."""

    registers: list[Register]
    next: str | None


def blueprint(parts: Parts) -> Blueprint:
    """Routes /api/v1/shifts and /api/v1/registers."""
    api = Blueprint("shifts", __name__, url_prefix="/api/v1")
    _add_shifts(api, parts)
    _add_registers(api, parts)
    return api


def _add_shifts(api: Blueprint, parts: Parts) -> None:
    @api.get("/shifts")
    @allows(
        "shift",
        "list",
        query=ShiftQuery,
        answers={200: Shifts},
        problems=("cursor_malformed",),
        summary="Shifts with what should be in the drawer and what was counted",
    )
    def listed() -> Any:
        asked = guard.query(ShiftQuery)
        after = place.decode(asked.after, Names, (LAST, LAST))
        with parts.store.read() as rows:
            found = shifts.names(rows, asked.register, after, asked.limit)
            told = [shifts.find(rows, *name) for name in found]
        return Shifts(told, place.encode(found[-1]) if len(found) == asked.limit else None)

    @api.get("/shifts/<register>/<shift>")
    @allows(
        "shift",
        "list",
        answers={200: Shift},
        problems=("shift_missing",),
        summary="One shift, with its reports and what came after its Z",
    )
    def one(register: str, shift: str) -> Any:
        with parts.store.read() as rows:
            return shifts.find(rows, register, shift)


def _add_registers(api: Blueprint, parts: Parts) -> None:
    @api.get("/registers")
    @allows(
        "shift",
        "list",
        query=RegisterQuery,
        answers={200: Registers},
        summary="Registers, and whether their numbers and chains hold",
    )
    def all_of_them() -> Any:
        asked = guard.query(RegisterQuery)
        with parts.store.read() as rows:
            found = registers.names(rows, asked.after, asked.limit)
            told = [registers.find(rows, name) for name in found]
        return Registers(told, found[-1] if len(found) == asked.limit else None)

    @api.get("/registers/<register>")
    @allows(
        "shift",
        "list",
        answers={200: Register},
        problems=("register_missing",),
        summary="One register: missing numbers, numbers given twice, breaks of its chain",
    )
    def numbering(register: str) -> Any:
        with parts.store.read() as rows:
            return registers.find(rows, register)
