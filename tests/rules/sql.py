"""SQL is written by us: what stands in it between the literal parts is ours too, value by value.

A statement put together from a caller's text is the oldest hole there is. So every part that is
filled into one has to be seen to come from the source itself: a constant, a number, question
marks, a choice between literals, or one of the few makers of conditions named here, which return a
text of ours beside the values that go with it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATEMENT = re.compile(
    r"^\s*(SELECT|INSERT INTO|INSERT OR|UPDATE|DELETE FROM|REPLACE INTO|WITH|CREATE|DROP|ALTER"
    r"|PRAGMA|ATTACH|VACUUM)\b|\b(WHERE|ORDER BY|INNER JOIN|LEFT JOIN|JOIN) [\w.(]"
)
CONSTANT = re.compile(r"([a-z_]+\.)*_?[A-Z][A-Z0-9_]*")
# They return (condition, values): the condition in literals, the values apart.
MAKERS = frozenset(
    {"scopes.condition", "consumers.wanted", "wanted", "_condition", "_index", "_marks", "marks"}
)
# What the look at one function cannot see: where it is, what is filled in, and where that is from.
REVIEWED = {
    ("gateway/access/pairing.py", "column"): "one of two literals, chosen by the callers in it",
    ("gateway/facts/rebuild.py", "table"): "from TABLES, a constant of that file",
    ("gateway/records/dealings.py", "kind"): "the name of a declared kind",
    ("gateway/records/dealings.py", "scope"): "made by scopes.condition for the callers in it",
    ("gateway/records/edits/proposals.py", "COLUMNS.replace('p.', '')"): "a constant, shortened",
    ("gateway/records/following.py", "kind"): "the name of a declared kind",
    ("gateway/records/forgetting.py", "table"): "a literal, given by the callers in it",
    ("gateway/records/forgetting.py", "column"): "a literal, given by the callers in it",
    ("gateway/records/inbox.py", "wanted"): "from _STATE, a constant of that file, or a literal",
    ("gateway/records/quality/judging.py", "where"): "a literal, given by the callers in it",
    ("gateway/records/quality/worklist.py", "place"): "a literal, given by the function around it",
    (
        "gateway/records/quality/worklist.py",
        "' AND '.join(where)",
    ): "literals, and names of two columns",
    ("gateway/store/connection.py", "self._key.hex()"): "the database's own key: hex digits",
    ("gateway/store/insert.py", "table"): "names of ours, given where the Insert is made",
    ("gateway/store/insert.py", "columns"): "names of ours, given where the Insert is made",
    ("gateway/store/journal.py", "table"): "a literal, given by the callers in it",
    ("gateway/store/migrate.py", "number"): "a count of our own scripts",
    ("gateway/store/rescue/salvage.py", "name"): "a table of the schema that we have just made",
    ("gateway/store/rescue/salvage.py", "names"): "columns of the schema that we have just made",
    ("gateway/store/rescue/salvage.py", "one[4]"): "a default of the schema that we have just made",
    ("gateway/store/upgrade.py", "name"): "from _COUNTED, a constant of that file",
    ("gateway/transfer/passes/matcher.py", "tables"): "one of two constants of that file",
}


@dataclass(frozen=True)
class Filled:
    """Something that is filled into a statement."""

    line: int
    text: str


@cache
def filled(module: ast.Module) -> tuple[Filled, ...]:
    """Everything filled into SQL of which the function around it does not show that it is ours."""
    return tuple(
        Filled(part.lineno, ast.unparse(part))
        for around, node in _within(module)
        for part in _parts(node)
        if not _ours(part, around, frozenset())
    )


def strays(path: Path, module: ast.Module) -> list[str]:
    """Places of a file that nobody has looked at."""
    return [
        f"{path}:{found.line} fills {found.text} into SQL"
        for found in filled(module)
        if (path.as_posix(), found.text) not in REVIEWED
    ]


def _within(module: ast.Module) -> Iterator[tuple[tuple[ast.AST, ...], ast.expr]]:
    """Every expression, with the functions around it, the inmost first."""

    def walk(
        node: ast.AST, around: tuple[ast.AST, ...]
    ) -> Iterator[tuple[tuple[ast.AST, ...], ast.expr]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield around, child
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(child, (child, *around) if inside else around)

    yield from walk(module, (module,))


def _parts(node: ast.expr) -> list[ast.expr]:
    """What is filled into a statement, in whatever way it is put together."""
    if isinstance(node, ast.JoinedStr) and STATEMENT.search(_literal(node)):
        return [part.value for part in node.values if _is_open(part)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        sides = (node.left, node.right)
        if any(_is_statement(side) for side in sides):
            return [side for side in sides if not isinstance(side, ast.Constant | ast.JoinedStr)]
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if is_format and node.func.attr == "format" and _is_statement(node.func.value):  # type: ignore[attr-defined]
        return [*node.args, *(word.value for word in node.keywords)]  # type: ignore[attr-defined]
    return []


def _is_open(part: ast.expr) -> bool:
    """Whether a part of an f-string may be any text: a number with the format d is none."""
    if not isinstance(part, ast.FormattedValue):
        return False
    return part.format_spec is None or ast.unparse(part.format_spec) not in ("f'd'", "'d'")


def _is_statement(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return bool(STATEMENT.search(_literal(node)))
    return isinstance(node, ast.Constant) and bool(STATEMENT.search(str(node.value)))


def _literal(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values
    )


def _ours(node: ast.expr, around: tuple[ast.AST, ...], seen: frozenset[str]) -> bool:
    """Whether a value comes from the source itself; ``seen`` are names that are being followed."""
    if isinstance(node, ast.Call):
        return _made(node, around, seen)
    inside = _inside(node)
    if inside is not None:
        return all(_ours(part, around, seen) for part in inside)
    text = ast.unparse(node)
    if CONSTANT.fullmatch(text) or text.endswith(".__slots__"):
        return True
    return isinstance(node, ast.Name) and node.id not in seen and _bound(node.id, around, seen)


def _inside(node: ast.expr) -> list[ast.expr] | None:
    """What a value is put together from; None for one that says nothing about that."""
    match node:
        case ast.Constant():
            return []
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.JoinedStr(values=values):
            return [part.value for part in values if _is_open(part)]
        case ast.BinOp(left=one, op=ast.Mult()) | ast.Subscript(value=one):
            return [one]  # how often, and which of them, may be anybody's
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return [one, other]
    return None


def _made(node: ast.Call, around: tuple[ast.AST, ...], seen: frozenset[str]) -> bool:
    if ast.unparse(node.func) in MAKERS:
        return True
    joins = isinstance(node.func, ast.Attribute) and node.func.attr == "join"
    return joins and all(_ours(given, around, seen) for given in node.args)


def _bound(name: str, around: tuple[ast.AST, ...], seen: frozenset[str]) -> bool:
    """Whether everything that a name is bound to, in the inmost function that knows it, is ours."""
    for function in around:
        if name in _arguments(function):
            return False
        values = [value for node in _own(function) for value in _bindings(name, node)]
        if values:
            return all(_ours(value, around, seen | {name}) for value in values)
    return False


def _arguments(function: ast.AST) -> set[str]:
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return set()
    named = function.args
    return {given.arg for given in (*named.posonlyargs, *named.args, *named.kwonlyargs)}


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Every node of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own(child)


def _bindings(name: str, node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        # What a list is given later is in it, too.
        if ast.unparse(node.func) in (f"{name}.append", f"{name}.extend"):
            yield from node.args
    elif isinstance(node, ast.For | ast.comprehension):
        yield from _bound_by(name, node.target, node.iter)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound_by(name, target, node.value)
    elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _bound_by(name, node.target, node.value)


def _bound_by(name: str, target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        if len(target.elts) == len(value.elts):
            for one, given in zip(target.elts, value.elts, strict=True):
                yield from _bound_by(name, one, given)
    elif isinstance(target, ast.Tuple):
        names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        if name in names:
            yield value
