"""What an ERP says of a record, without the values in it that not everybody may read (pure).

An ERP that refuses a record often quotes what it refuses, and its words are shown to whoever sees
the record: a rep on a phone, an administrator. So the name of the field stands for its value there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gateway.kernel.problems import Problem
from gateway.records.model.fields import leaves
from gateway.records.model.kind import Kind

# What everybody sees who sees a record at all (``gateway.access.policy``).
_OPEN: Final = frozenset("OS")
# A value of fewer letters and digits stands in any sentence by chance. Of Chinese, two are a name.
_SHORTEST: Final = 4
_SHORTEST_CHINESE: Final = 2
# An account in groups, an amount with its separators, a name in another layout.
_BETWEEN: Final = r"[\W_]*"
_ALONE: Final = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"


def hushed(problem: Problem, kind: Kind, data: Mapping[str, object]) -> Problem:
    """The same problem, its words without values of ``data`` that are of a class for some alone."""
    values = sorted(_values(kind, data), key=lambda one: len(one[0]), reverse=True)
    params = dict(problem.params)
    for name, text in params.items():
        if not isinstance(text, str):
            continue
        for pattern, label in values:
            text = re.sub(pattern, f"[{label}]", text, flags=re.IGNORECASE)  # noqa: PLW2901
        params[name] = text
    if params == problem.params:
        return problem
    return Problem(problem.code, pointer=problem.pointer, errors=problem.errors, **params)


def _values(kind: Kind, data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(pattern, what stands for it) of every value that is not for everybody."""
    for path, field, value in leaves(kind.fields, data):
        if field.data_class in _OPEN or isinstance(value, bool):
            continue
        label = f"{path[0]}.{path[-1]}" if len(path) > 1 else path[0]
        for text in _forms(value):
            found = [re.escape(letter) for letter in text if letter.isalnum()]
            if len(found) >= (_SHORTEST if text.isascii() else _SHORTEST_CHINESE):
                yield _ALONE.format(_BETWEEN.join(found)), label


def _forms(value: object) -> Iterator[str]:
    """A value as an ERP may write it: an amount in minor units also without its hundredths."""
    for one in value if isinstance(value, list) else [value]:
        text = str(one)
        yield text
        if isinstance(one, int) and text.endswith("00"):
            yield text[:-2]
