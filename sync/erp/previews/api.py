"""The route of what would be sent to an ERP by its mapping, and its shapes on the wire."""

from typing import Annotated, Any

from flask import Blueprint, g
from msgspec import Meta, Struct

from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.erp.line import Plain
from sync.erp.mapping.preview import Preview, Shown, ShownList
from sync.erp.mapping.transforms import plain
from sync.erp.previews.previews import Previews


class Mapped(Struct):
    """The connectors that push by a mapping."""

    consumers: list[str]


class PreviewAsked(Struct, forbid_unknown_fields=True):
    """A journal entry by its ``seq``, or a record by its id."""

    seq: Annotated[int, Meta(ge=1, le=2**62)] | None = None
    record: Annotated[str, Meta(max_length=36)] = ""


class PreviewField(Struct):
    """One field of the ERP's: ``ours`` are the fields it is made of.

    ``value`` is what is sent, or what is looked up in ``looked_up`` (their model and field, or our
    kind of record). It is ``hidden`` where the reader may not see it; ``problem`` says why nothing
    can be sent.
    """

    theirs: str
    ours: list[str]
    value: str | int | bool | None
    looked_up: str
    hidden: bool
    problem: dict[str, Any] | None


class PreviewElement(Struct):
    """One element of a list, under our name for it."""

    key: str
    fields: list[PreviewField]


class PreviewList(Struct):
    """A list inside the record, each element a record of ``model``."""

    theirs: str
    model: str
    elements: list[PreviewElement]


class PreviewDocument(Struct):
    """One record of theirs; of an element of ours where it has a ``key``.

    Nothing is sent of it where it does not ``concern`` the ERP.
    """

    model: str
    key: str
    concerns: bool
    fields: list[PreviewField]
    lists: list[PreviewList]


class MappingPreview(Struct):
    """What would be sent; ``left`` are fields of ours that have a value and no place there."""

    consumer: str
    source: str
    documents: list[PreviewDocument]
    left: list[str]


def blueprint(previews: Previews) -> Blueprint:
    """The route under /api/v1/sync/mapping."""
    api = Blueprint("erp_preview", __name__, url_prefix="/api/v1/sync/mapping")

    @api.get("")
    @allows("sync", "list", answers={200: Mapped}, summary="Which connectors push by a mapping")
    def mapped() -> Any:
        return Mapped(previews.consumers)

    @api.get("/<consumer>/preview")
    @allows(
        "journal",
        "list",
        query=PreviewAsked,
        answers={200: MappingPreview},
        problems=(
            "mapping_missing",
            "mapping_no_place",
            "entry_unknown",
            "record_id_malformed",
            "record_missing",
        ),
        summary="What would be sent to an ERP for an entry or a record, field by field",
    )
    def preview(consumer: str) -> Any:
        asked = guard.query(PreviewAsked)
        reader = guard.actor()
        if asked.record:
            found = previews.of_record(consumer, asked.record, reader)
        elif asked.seq is not None:
            found = previews.of_entry(consumer, asked.seq, reader, guard.rule().clear)
        else:
            raise Problem("entry_unknown", seq=0)
        return _preview(consumer, found, g.language)

    return api


def _preview(consumer: str, found: Preview, language: str) -> MappingPreview:
    documents = [
        PreviewDocument(
            one.model,
            one.key,
            one.concerns,
            [_field(each, language) for each in one.fields],
            [_list(each, language) for each in one.lists],
        )
        for one in found.documents
    ]
    return MappingPreview(consumer, found.source, documents, list(found.left))


def _list(one: ShownList, language: str) -> PreviewList:
    elements = [
        PreviewElement(key, [_field(each, language) for each in fields])
        for key, fields in one.elements
    ]
    return PreviewList(one.theirs, one.model, elements)


def _field(one: Shown, language: str) -> PreviewField:
    problem = one.problem.brief(language) if one.problem else None
    value = _value(one.value)
    return PreviewField(one.theirs, list(one.ours), value, one.looked_up, one.is_hidden, problem)


def _value(value: Plain) -> str | int | bool | None:
    return value if value is None or isinstance(value, str | int) else plain(value)
