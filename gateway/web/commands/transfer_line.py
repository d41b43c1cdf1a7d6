"""``import`` and ``export`` of the command line, with the gateway running or not."""

import base64
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import click

from gateway.kernel.problems import Problem
from gateway.web.commands.command_line import Way, data_option

POLL_S: Final = 0.2
PROBLEMS_SHOWN: Final = 10

Carry = Callable[..., Any]

as_option = click.option(
    "--as", "by", default="", metavar="USER", help="In the name and with the rights of a user."
)


class _Import(click.Group):
    """``import KIND FILE`` brings a file in; ``import undo KIND FILE`` takes that back."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Everything that is no command of its own is a kind."""
        if args and args[0] not in self.commands:
            args = ["file", *args]
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How it is called in either way."""
        formatter.write_usage(ctx.command_path, "KIND FILE [OPTIONS]")
        formatter.write_usage(f"{ctx.command_path} undo", "KIND FILE [OPTIONS]")


@click.group("import", cls=_Import)
def import_() -> None:
    """Bring the records of a file in, or take that back."""


@import_.command("file", hidden=True)
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping", type=click.Path(exists=True, path_type=Path), help="JSON: columns, rules."
)
@click.option("--show-mapping", is_flag=True, help="Print the guessed mapping as JSON and end.")
@click.option("--dry-run", is_flag=True, help="Check every row and change nothing.")
@click.option("--mode", type=click.Choice(["both", "create", "update"]), help="What it may do.")
@click.option(
    "--for-shop",
    is_flag=True,
    help="Its values are the shop's word: they replace what people entered, and do not wait.",
)
@click.option("--strict", is_flag=True, help="Import all rows or none.")
@click.option("--resume", is_flag=True, help="Go on with a stopped import of this file.")
@click.option("--problems", type=click.Path(path_type=Path), help="Write refused rows here.")
@as_option
@data_option
@click.pass_obj
def import_file(way: Way, /, data: Path, *, kind: str, file: Path, **wish: Any) -> None:
    """Import the records in FILE: CSV, XLSX, vCard or JSON Lines."""
    with way(data) as ask:
        carry_out = partial(ask, by=wish["by"])
        if wish["resume"]:
            found = carry_out("import.find", kind=kind, name=str(file), done=False)
        else:
            found = carry_out("import.upload", kind=kind, path=str(file.resolve()))
            found = _mapped(carry_out, found, wish["mapping"], wish["mode"])
        if wish["show_mapping"]:
            click.echo(json.dumps(found["layout"], ensure_ascii=False, indent=1))
            return
        if found["state"] not in ("stopped", "running", "checked"):
            checked = {"identity": found["id"], "for_shop": wish["for_shop"]}
            found = _carried(carry_out, "check", carry_out("import.check", **checked))
        if not wish["dry_run"]:
            begun = carry_out("import.run", identity=found["id"], strict=wish["strict"])
            found = _carried(carry_out, "import", begun)
        _tell(carry_out, found, wish["problems"])


@import_.command("undo")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path))
@as_option
@data_option
@click.pass_obj
def import_undo(way: Way, kind: str, file: Path, by: str, data: Path) -> None:
    """Take back the newest import of FILE, or go on with that.

    Records it made are closed, fields it changed go back where nobody has changed them since.
    What stays is listed with the reason. Nothing is erased.
    """
    with way(data) as ask:
        carry_out = partial(ask, by=by)
        found = carry_out("import.find", kind=kind, name=str(file), done=True)
        begun = carry_out("import.undo", identity=found["id"])
        _tell(carry_out, _carried(carry_out, "undo", begun), None)


def _mapped(carry_out: Carry, found: dict[str, Any], mapping: Path | None, mode: str | None) -> Any:
    layout = json.loads(mapping.read_text("utf-8")) if mapping else found["layout"]
    if mode:
        layout = {**layout, "rules": {**layout.get("rules", {}), "mode": mode}}
    if not (mapping or mode):
        return found
    return carry_out("import.map", identity=found["id"], layout=layout)


def _carried(carry_out: Carry, what: str, found: dict[str, Any]) -> dict[str, Any]:
    """Wait for a pass to end, and show how far it is. Problem what it failed with."""
    pause = threading.Event()
    with progress(what, found["work"]) as show:
        while found["state"] in ("checking", "running", "undoing"):
            show(found["position"])
            pause.wait(POLL_S)
            found = carry_out("import.get", identity=found["id"])
        show(found["position"])
    if found["problem"]:
        raise Problem.from_record(found["problem"])
    return found


def _tell(carry_out: Carry, found: dict[str, Any], problems: Path | None) -> None:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in found["counts"].items())
    click.echo(f"{found['name']}: {found['state']}; {found['rows']} rows: {counts or 'none'}")
    for line in carry_out("import.warnings", identity=found["id"], language="en"):
        click.echo(f"  {line}")
    for row in carry_out("import.rows", identity=found["id"], after=0, language="en")[
        :PROBLEMS_SHOWN
    ]:
        click.echo(f"  row {row['row']} ({row['outcome']}): {row['said']}")
    if problems is not None:
        sending = carry_out("import.problems", identity=found["id"], language="en")
        with problems.open("wb") as file:
            _receive(carry_out, sending, file)
        click.echo(f"refused rows are in {problems}")


@click.command("export")
@click.argument("kind")
@click.option("--format", "format_", type=click.Choice(["csv", "xlsx", "jsonl"]), default="csv")
@click.option("--search", default="", help="Only records that hold every word of it.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; else standard output.")
@as_option
@data_option
@click.pass_obj
def export(way: Way, /, data: Path, *, kind: str, out: Path | None, **wish: Any) -> None:
    """Export the records of a kind."""
    with way(data) as carry_out:
        asked = {"form": wish["format_"], "search": wish["search"], "by": wish["by"]}
        sending = carry_out("export.begin", kind=kind, **asked)
        if out is None:
            _receive(carry_out, sending, sys.stdout.buffer)
            return
        draft = out.with_name(f"{out.name}.part")
        with draft.open("wb") as file:
            size = _receive(carry_out, sending, file)
        draft.rename(out)
    click.echo(f"{out}: {size} bytes", err=True)


def _receive(carry_out: Carry, sending: str, file: IO[bytes]) -> int:
    size = 0
    while (piece := carry_out("export.read", sending=sending)) is not None:
        size += file.write(base64.b64decode(piece))
    return size


@contextmanager
def progress(what: str, total: int, things: str = "rows") -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, a plain line for every tenth elsewhere."""
    if not sys.stderr.isatty():
        yield _plain(what, total, things)
        return
    # Only somebody at a terminal needs it; every other command starts faster without.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress  # noqa: PLC0415

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _plain(what: str, total: int, things: str) -> Callable[[int], None]:
    shown = [-1]

    def show(done: int) -> None:
        tenth = 10 * done // max(1, total)
        if tenth > shown[0]:
            shown[0] = tenth
            click.echo(f"{what}: {done} of {total} {things}", err=True)

    return show
