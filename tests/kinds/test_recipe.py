"""The recipe in the documentation is a kind that works."""

import re
from pathlib import Path

from gateway.records.model.kind import Kind
from gateway.records.model.validate import Home, check

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-kind.md"


def test_the_file_in_the_recipe_declares_a_working_kind() -> None:
    block = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert block is not None
    names: dict[str, object] = {}
    exec(block[1], names)
    kind = names["KIND"]
    assert isinstance(kind, Kind)
    findings = check(kind.fields, {"name": "Roastery", "email": "ute@"}, Home())
    assert [problem.code for problem in findings.problems] == ["email_invalid"]
