"""Retention on the command line: it says what would go, and lets it go where it is asked to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway.web.commands import retention_line

TOLD = {
    "sort": "visits", "months": 24, "before": "2024-11-22T02:00:00.000Z", "due": 2, "taken": 0,
    "held": {"erp": 1}, "examples": ["W1-C-000007"], "next_at": "2027-01-04T00:00:00.000Z",
}  # fmt: skip


def run(*words: str, sorts: tuple[dict[str, Any], ...] = (TOLD,)) -> tuple[str, list[str], int]:
    """What is printed, the commands that the gateway was given, and the exit code."""
    asked: list[str] = []

    def carry_out(command: str, **arguments: Any) -> Any:
        asked.append(" ".join([command, *arguments.values()]))
        return list(sorts) if command == "retention.look" else 2

    @contextmanager
    def way(_: Path) -> Iterator[Any]:
        yield carry_out

    done = CliRunner().invoke(retention_line.retention, words, obj=way)
    return done.output, asked, done.exit_code


def test_a_dry_run_says_what_would_go_and_asks_for_nothing() -> None:
    for words in (("--dry-run",), (), ("run", "--dry-run")):
        told, asked, _ = run(*words)
        assert "visits     before 2024-11-22: 2 due   such as W1-C-000007" in told
        assert "held back (erp): 1" in told
        assert "the next is due on 2027-01-04" in told
        assert asked == ["retention.look"]


def test_a_run_lets_go_of_every_sort_that_has_a_term() -> None:
    told, asked, _ = run("run")
    assert asked == ["retention.look", "retention.take visits"]
    assert "taken: 2" in told


def test_it_says_when_no_term_is_set_and_refuses_two_orders_at_once() -> None:
    assert "no term is set" in run("run", sorts=())[0]
    told, asked, code = run("--dry-run", "run")
    assert (code, asked) == (2, [])
    assert "Give one of the two" in told
