"""Why the ERP rejected a record: kept as code and parameters, told in the reader's language."""

import json

from gateway.kernel.problems import Problem


def stored(problem: Problem | None) -> str | None:
    """What is kept beside the stage of a record; None without a problem."""
    return json.dumps(problem.record(), ensure_ascii=False) if problem else None


def told(kept: str | None, language: str) -> str | None:
    """The sentence for a reader. Older gateways kept the sentence itself, which stays as it is."""
    if kept is None or not kept.startswith("{"):
        return kept
    return Problem.from_record(json.loads(kept)).detail(language)


def journal_form(kept: str) -> dict[str, object]:
    """The same inside a journal entry."""
    return {"problem": json.loads(kept)} if kept.startswith("{") else {"detail": kept}
