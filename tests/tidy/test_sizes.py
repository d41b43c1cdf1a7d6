"""Small files and small functions (JavaScript functions are measured by Biome)."""

import ast

from tests.tidy import tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
NAMES_THAT_TELL_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})


def test_no_file_is_over_300_lines() -> None:
    over = {
        str(path): count
        for path in tree.code()
        if (count := len(tree.text(path).splitlines())) > FILE_LINES_MAX
    }
    assert not over, f"Split these files at a noun of their own: {over}"


def test_no_function_is_over_60_lines() -> None:
    over = {
        f"{path}:{node.lineno} {node.name}": lines
        for path in tree.code()
        if path.suffix == ".py"
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert not over, f"Name a step of these functions and move it out: {over}"


def test_every_file_has_a_name_that_tells_its_job() -> None:
    nameless = [
        str(path)
        for path in tree.tracked()
        if path.suffix in {".py", ".js"} and NAMES_THAT_TELL_NOTHING & {*path.with_suffix("").parts}
    ]
    assert not nameless, f"Name the noun that these files are about: {nameless}"
