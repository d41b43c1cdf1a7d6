"""Import and export over HTTP: a file comes in, is mapped, checked and run; records go out."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, g
from msgspec import Meta, Struct

from gateway.transfer import problem_file
from gateway.transfer.exports import Exports, Wish
from gateway.transfer.formats.table import Asked
from gateway.transfer.held import MEDIA_TYPE, Held
from gateway.transfer.imports import Imports
from gateway.transfer.layout.mapping import Layout
from gateway.web.door import guard
from gateway.web.door.guard import Stream, allows
from gateway.web.routes import transfer_views as views
from gateway.web.routes.transfer_views import ImportDetail, ImportList, ImportView, RowList

FILE = "application/octet-stream"
ROWS_MAX = 500
UNREADABLE = (
    "file_too_large", "file_empty", "file_damaged", "file_old_workbook", "file_bomb",
    "file_too_wide", "file_too_many_rows", "file_row_runaway", "sheet_missing",
)  # fmt: skip
TAKEN = ("import_missing", "import_busy", "import_over")
RIGHTS = ("import_rights", "import_for_shop_rights")


class UploadQuery(Struct, forbid_unknown_fields=True):
    """``kind`` of the records in the file, and the file's ``name``."""

    kind: Annotated[str, Meta(max_length=60)]
    name: Annotated[str, Meta(max_length=300)] = "file"


class RowQuery(Struct, forbid_unknown_fields=True):
    """Rows after a row; ``show`` only what was left out or waits, or only what went in."""

    show: Literal["told", "out", "in"] = "told"
    after: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=ROWS_MAX)] = 100


class CheckQuery(Struct, forbid_unknown_fields=True):
    """With ``for_shop`` its rows, now and in the run, count as said at the counter."""

    for_shop: bool = False


class RunWish(Struct, forbid_unknown_fields=True):
    """With ``strict`` nothing is imported while a row has a problem."""

    strict: bool = False


class ExportQuery(Struct, forbid_unknown_fields=True):
    """``q`` as in a search; ``mark`` is the byte order mark that old spreadsheets need in a CSV."""

    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    q: Annotated[str, Meta(max_length=200)] = ""
    mark: bool = True


def blueprint(imports: Imports, exports: Exports, held: Held) -> Blueprint:
    """Routes under /api/v1/imports and /api/v1/exports."""
    api = Blueprint("transfer", __name__, url_prefix="/api/v1")
    _files(api, imports)
    _passes(api, imports)
    _ends(api, imports)
    _rows(api, imports)
    _exports(api, exports)
    _held(api, held)
    return api


def _files(api: Blueprint, imports: Imports) -> None:
    @api.post("/imports")
    @allows(
        "import",
        "create",
        query=UploadQuery,
        body={"type": "string", "format": "binary"},
        media_types=(FILE,),
        streamed=True,
        answers={201: ImportDetail},
        problems=("kind_unknown", *UNREADABLE),
        summary="Bring a file of records: CSV, XLSX, vCard or JSON Lines",
    )
    def upload() -> Any:
        asked = guard.query(UploadQuery)
        new = imports.upload(guard.actor(), asked.kind, asked.name, guard.pieces())
        return views.detail(imports, guard.actor(), new), 201

    @api.get("/imports")
    @allows("import", "list", answers={200: ImportList}, summary="Imports, newest first")
    def newest() -> Any:
        actor = guard.actor()
        return ImportList([views.view(imports, actor, one) for one in imports.newest(actor)])

    @api.get("/imports/<identity>")
    @allows(
        "import",
        "read",
        answers={200: ImportDetail},
        problems=("import_missing",),
        summary="One import, with how its columns are mapped and its first rows",
    )
    def one(identity: str) -> Any:
        actor = guard.actor()
        return views.detail(imports, actor, imports.get(actor, identity))

    @api.delete("/imports/<identity>")
    @allows(
        "import",
        "delete",
        answers={204: None},
        problems=("import_missing", "import_busy"),
        summary="Delete the file of an import; what it imported stays",
    )
    def discard(identity: str) -> Any:
        imports.discard(guard.actor(), identity)
        return "", 204


def _passes(api: Blueprint, imports: Imports) -> None:
    @api.post("/imports/<identity>/look")
    @allows(
        "import",
        "update",
        body=Asked,
        answers={200: ImportDetail},
        problems=(*TAKEN, *UNREADABLE, "file_gone", "import_not_yours"),
        summary="Read the file in another encoding, with another delimiter, sheet or head row",
    )
    def look(identity: str) -> Any:
        actor = guard.actor()
        return views.detail(imports, actor, imports.look_again(actor, identity, guard.body(Asked)))

    @api.post("/imports/<identity>/layout")
    @allows(
        "import",
        "update",
        body=Layout,
        answers={200: ImportDetail},
        problems=(*TAKEN, "layout_invalid", "import_not_yours"),
        summary="Map the columns to fields, and single values of a file to what they mean",
    )
    def layout(identity: str) -> Any:
        actor = guard.actor()
        return views.detail(imports, actor, imports.map(actor, identity, guard.body(Layout)))

    @api.post("/imports/<identity>/check")
    @allows(
        "import",
        "update",
        query=CheckQuery,
        answers={200: ImportView},
        problems=(*TAKEN, *RIGHTS, "layout_invalid"),
        summary="Start a check of every row, which changes nothing",
    )
    def check(identity: str) -> Any:
        actor = guard.actor()
        for_shop = guard.query(CheckQuery).for_shop
        return views.view(imports, actor, imports.check(actor, identity, for_shop=for_shop))

    @api.post("/imports/<identity>/run")
    @allows(
        "import",
        "update",
        body=RunWish,
        answers={200: ImportView},
        problems=(*TAKEN, *RIGHTS, "layout_invalid", "import_unchecked", "import_has_problems"),
        summary="Start the import, or go on with one that was stopped",
    )
    def run(identity: str) -> Any:
        wish, actor = guard.body(RunWish), guard.actor()
        return views.view(imports, actor, imports.run(actor, identity, strict=wish.strict))


def _ends(api: Blueprint, imports: Imports) -> None:
    @api.post("/imports/<identity>/undo")
    @allows(
        "import",
        "update",
        answers={200: ImportView},
        problems=("import_missing", "import_busy", "import_not_undoable", "import_rights"),
        summary="Take back what an import did, as far as nobody has changed it since",
    )
    def undo(identity: str) -> Any:
        actor = guard.actor()
        return views.view(imports, actor, imports.undo(actor, identity))

    @api.post("/imports/<identity>/stop")
    @allows(
        "import",
        "update",
        answers={200: ImportView},
        problems=("import_missing",),
        summary="Halt a check or an import after its present rows",
    )
    def stop(identity: str) -> Any:
        actor = guard.actor()
        return views.view(imports, actor, imports.stop(actor, identity))


def _rows(api: Blueprint, imports: Imports) -> None:
    @api.get("/imports/<identity>/rows")
    @allows(
        "import",
        "read",
        query=RowQuery,
        answers={200: RowList},
        problems=("import_missing",),
        summary="Rows with something to say: what became of them, and every problem",
    )
    def rows(identity: str) -> Any:
        asked = guard.query(RowQuery)
        found = imports.get(guard.actor(), identity)
        names = problem_file.column_names(found.layout, found.shape.header)
        told = imports.results(found, after=asked.after, limit=asked.limit, show=asked.show)
        return RowList([views.row(result, names) for result in told])

    @api.get("/imports/<identity>/problems.csv")
    @allows(
        "import",
        "read",
        answers={200: Stream("text/csv")},
        problems=("import_missing", "file_gone"),
        summary="The rows that were not taken, in the layout of the file, with what is wrong",
    )
    def problems(identity: str) -> Any:
        actor = guard.actor()
        found = imports.get(actor, identity)
        pieces = problem_file.stream(imports, found, imports.shade(actor, found), g.language)
        return _sent(f"problems-{found.created_at}.csv", "text/csv; charset=utf-8", pieces)


def _exports(api: Blueprint, exports: Exports) -> None:
    @api.get("/exports/<kind>")
    @allows(
        "record",
        "export",
        query=ExportQuery,
        answers={200: Stream("*/*")},
        problems=("kind_unknown", "export_too_long"),
        summary="Records as a file, as far as the role sees them",
    )
    def export(kind: str) -> Any:
        asked = guard.query(ExportQuery)
        wish = Wish(kind, asked.format, asked.q, asked.mark)
        begun = exports.begin(guard.actor(), wish)
        return _sent(begun.name, begun.media_type, begun.pieces)


def _held(api: Blueprint, held: Held) -> None:
    @api.get("/exports/customer/<identity>")
    @allows(
        "customer",
        "export",
        answers={200: Stream(MEDIA_TYPE)},
        problems=("record_missing", "record_erased", "record_id_malformed"),
        summary="Everything held about one customer, as far as the role sees it: a ZIP with a page",
    )
    def held_about(identity: str) -> Any:
        begun = held.begin(guard.actor(), identity)
        return _sent(begun.name, begun.media_type, begun.pieces)


def _sent(name: str, media_type: str, pieces: Iterator[bytes]) -> Response:
    """A file to keep; its first piece is made before the answer starts: it may be refused yet."""
    first = next(pieces, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from pieces

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(rest(), content_type=media_type, headers=headers)
