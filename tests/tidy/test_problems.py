"""The catalogue of problems and the code that raises them name the same codes."""

import ast
import re
import string
from collections.abc import Iterator

import pytest

from gateway.kernel.problems import CATALOGUE
from tests.tidy import tree


def codes_raised() -> Iterator[tuple[str, str]]:
    """Every code written in a call of Problem, with its place; a computed one is not seen."""
    for path in tree.python_source():
        for node in ast.walk(tree.tree(path)):
            if isinstance(node, ast.Call) and node.args and _called(node) == "Problem":
                for code in _texts(node.args[0]):
                    yield code, f"{path}:{node.lineno}"


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    unknown = [f"{place} {code}" for code, place in codes_raised() if code not in CATALOGUE]
    assert not unknown, f"Add these to gateway/kernel/problems.toml: {unknown}"


def test_every_code_in_the_catalogue_is_used() -> None:
    nodes = [node for path in tree.python_source() for node in ast.walk(tree.tree(path))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    # A family of codes may be put together: f"erp_{status}" uses them all.
    starts = tuple(
        str(node.values[0].value)
        for node in nodes
        if isinstance(node, ast.JoinedStr) and _is_start(node.values[0])
    )
    unused = [code for code in CATALOGUE if code not in texts and not code.startswith(starts)]
    assert not unused, f"Delete these from gateway/kernel/problems.toml: {unused}"


def _is_start(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Constant) and re.fullmatch(r"[a-z]+_", str(value.value)) is not None
    )


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_problem_says_the_same_in_every_language(code: str) -> None:
    entry = CATALOGUE[code]
    assert set(entry) <= {"status", "retryable", "en", "zh", "title_en", "title_zh"}
    assert isinstance(entry["status"], int)
    assert 400 <= entry["status"] <= 599
    assert isinstance(entry["retryable"], bool)
    assert _names(entry["en"]) == _names(entry["zh"]), "fill in the same words in both languages"


def _names(sentence: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(sentence)) if name}
