"""What is held about one customer as a page that a person can read and print (pure)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from gateway.kernel.languages import ENGLISH, nearest
from gateway.records.model.fields import Labels
from gateway.records.model.kind import Kind

Json = Mapping[str, Any]
Word = Callable[..., str]
WORDS: Final = {
    "title": Labels("What is held about {name}", "保存的关于 {name} 的内容"),
    "made": Labels("Made on {at} by {by}.", "由 {by} 于 {at} 生成。"),
    "masked": Labels(
        "{count} values are hidden from whoever made this; finance sees accounts.",
        "有 {count} 个值对生成者隐藏；财务人员可查看账户。",
    ),
    "now": Labels("As it stands", "当前内容"),
    "past": Labels("What changed, and who changed it", "更改内容及更改人"),
    "dealings": Labels("Visits, sales and tasks", "拜访、销售和任务"),
    "consents": Labels("What was consented to, and taken back", "同意与撤回"),
    "granted": Labels("granted", "同意"),
    "denied": Labels("denied", "不同意"),
    "withdrawn": Labels("withdrawn", "撤回"),
    "changed": Labels("details changed", "更改细节"),
    "removed": Labels("answer taken out", "移除答复"),
    "recipients": Labels("Who was given it", "提供给谁"),
    "sent": Labels("took version {version}", "已接收版本 {version}"),
    "linked": Labels("has it as {ref}", "在对方的编号为 {ref}"),
    "source": Labels("it came from there, as {ref}", "来自对方，编号为 {ref}"),
    "offered": Labels("was offered it", "已向其提供"),
    "files": Labels("Photos and papers", "照片和文件"),
    "gone": Labels("no longer there", "已不存在"),
    "none": Labels("Nothing.", "无。"),
}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.4rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)


def page(kind: Kind, told: Json, cells: Mapping[str, str], language: str) -> str:
    """The whole page. ``told`` is what ``held`` gathers, ``cells`` the record by place."""

    def word(key: str, **more: object) -> str:
        return escape(WORDS[key].said(language).format(**more))

    masked = told["record"].get("masked", [])
    title = word("title", name=told["title"])
    parts = [
        f"<h1>{title}</h1><p>{word('made', at=told['made_at'], by=told['by'])}</p>",
        f"<p>{word('masked', count=len(masked))}</p>" if masked else "",
        _table(word("now"), word("none"), _now(kind, cells, language)),
        _table(word("past"), word("none"), _past(kind, told["history"], language)),
        _table(word("dealings"), word("none"), _dealings(told["dealings"])),
        _table(word("consents"), word("none"), _consents(told["consents"], word)),
        _table(word("recipients"), word("none"), _recipients(told["recipients"], word)),
        _table(word("files"), word("none"), _files(told["files"], word("gone"))),
    ]
    return (
        f'<!doctype html><html lang="{nearest(language) or ENGLISH}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )


def _table(title: str, none: str, rows: Iterable[Sequence[str]]) -> str:
    """A section; its cells are HTML already."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h2>{title}</h2>" + (f"<table>{body}</table>" if body else f"<p>{none}</p>")


def _now(kind: Kind, cells: Mapping[str, str], language: str) -> Iterator[Sequence[str]]:
    for place, text in cells.items():
        yield escape(_label(kind, place, language)), escape(text)


def _past(kind: Kind, history: Iterable[Json], language: str) -> Iterator[Sequence[str]]:
    for one in history:
        changes = "<br>".join(
            f"{escape(_label(kind, each['field'], language))}: {_text(each['new'])}"
            for each in one["changes"]
        )
        yield escape(one["at"]), escape(one["actor"]), changes


def _dealings(dealings: Iterable[Json]) -> Iterator[Sequence[str]]:
    for one in dealings:
        said = "<br>".join(f"{escape(name)}: {_text(value)}" for name, value in one["data"].items())
        yield escape(one["at"]), escape(f"{one['type']} {one['number']}"), escape(one["by"]), said


def _consents(events: Iterable[Json], word: Word) -> Iterator[Sequence[str]]:
    for one in events:
        said = "<br>".join(
            f"{escape(name)}: {_text(value)}" for name, value in sorted(one["answer"].items())
        )
        about = escape(f"{one['purpose']} {one['channel']}")
        yield escape(one["at"]), escape(one["by"]), about, word(one["event"]), said


def _recipients(given: Iterable[Json], word: Word) -> Iterator[Sequence[str]]:
    for one in given:
        how = word(one["how"], version=one["version"], ref=one["ref"])
        yield escape(one["name"]), how, escape(one["at"])


def _files(files: Iterable[Json], gone: str) -> Iterator[Sequence[str]]:
    for one in files:
        name = escape(one["name"])
        shown = f'<a href="{name}">{name}</a>' if one["there"] else f"{name} ({gone})"
        yield escape(one["at"]), escape(one["purpose"]), shown


def _text(value: object) -> str:
    return "" if value is None else escape(str(value))


def _label(kind: Kind, place: str, language: str) -> str:
    """The name of a place such as ``contacts.1.name``; one that is no field is told as it is."""
    name, *rest = place.split(".")
    field = kind.field(name)
    if field is None:
        return place
    member = next((one for one in field.fields if rest and one.name == rest[-1]), None)
    labels = [field.labels.said(language), *rest[:-1]]
    return " ".join([*labels, *([member.labels.said(language)] if member else rest[-1:])])
