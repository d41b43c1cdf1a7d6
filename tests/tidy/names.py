"""What a Python file imports and uses, by full names."""

import ast
from collections.abc import Iterator
from functools import cache


def imports(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, ``from a import b`` as a.b."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def bound(module: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                # `import a.b` binds a; `import a.b as c` binds c to a.b
                first = alias.name.split(".")[0]
                known[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return known


@cache
def uses(module: ast.Module) -> tuple[tuple[int, str], ...]:
    """Everything imported, and every dotted name with its first part resolved by the imports."""
    known = bound(module)
    found = [*imports(module)]
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and (name := dotted(node)):
            first, _, rest = name.partition(".")
            if first in known:
                found.append((node.lineno, f"{known[first]}.{rest}"))
    return tuple(found)


@cache
def called(module: ast.Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the name of what is called, resolved by the imports; empty if it has none."""
    known = bound(module)
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            first, point, rest = (dotted(node.func) or "").partition(".")
            found.append((node, f"{known.get(first, first)}{point}{rest}"))
    return tuple(found)


def dotted(node: ast.expr) -> str | None:
    """A name with dots as it is written; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := dotted(node.value)):
        return f"{inner}.{node.attr}"
    return None
