"""What comes in, held against an ERP before going live: models and fields that are not there."""

from collections.abc import Iterable, Iterator

from gateway.kernel.problems import Problem
from sync.erp.bringing.plan import Source
from sync.erp.line import Line
from sync.erp.mapping import arriving


def unfit(line: Line, source: Source) -> Iterator[Problem]:
    """A problem for everything beside the table itself that a source reads and the ERP has not."""
    place = f"[{source.table.name}.in]"
    for model, fields in _read(source):
        if line.describe(model) is None:
            yield Problem("mapping_model_unknown", model=model, table=place)
            continue
        for name in dict.fromkeys(fields):
            yield from _missing(line, place, model, name)


def _read(source: Source) -> Iterator[tuple[str, Iterable[str]]]:
    """Every model that is read, with the fields asked of it."""
    more, levels, mark = source.more, source.more.levels, source.mark
    through = [touch.through for touch in more.touched]
    yield source.model, [more.title, *through, *([levels.value] if levels else [])]
    for one in more.values:
        yield one.model, [*one.asked, one.changed]
    for touch in more.touched:
        yield touch.model, [touch.changed, touch.parent]
    for group in (*source.lists, *source.elements):
        yield group.model, [group.parent, group.changed, *arriving.asked(group.fields)]
    if levels:
        yield levels.places, [levels.name, *levels.where]
    if mark:
        yield mark.model or source.model, [mark.field, mark.parent]


def _missing(line: Line, place: str, model: str, name: str) -> Iterator[Problem]:
    """The first part of a path that is not there."""
    at = model
    for part in name.split("."):
        known = line.describe(at) or {}
        if part in ("", "id"):
            return
        if part not in known:
            yield Problem("mapping_field_unknown", model=at, field=part, table=place)
            return
        at = known[part].model
