"""The commands of backups: make, verify, list, sheet, and restore onto an empty box.

What opens a database is read where it is needed: most of these ask a running gateway.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway.backup import sheet
from gateway.kernel.clock import SystemClock
from gateway.kernel.problems import Problem
from gateway.web.commands.command_line import Way, data_option

MIB = 1_048_576
stdin_option = click.option(
    "--key-stdin", is_flag=True, help="Read the words, or the key, from standard input."
)
file_argument = click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
)


@click.group(invoke_without_command=True)
@data_option
@click.pass_context
def backup(context: click.Context, data: Path) -> None:
    """Make an encrypted backup of the whole gateway; it may be running."""
    if context.invoked_subcommand is None:
        with context.obj(data) as carry_out:
            note, second = _carried_out(carry_out, "make", "")
        click.echo(f"{note['file']}  {note['size'] / MIB:.1f} MiB  to entry {note['head']}")
        if second is not None:
            raise click.ClickException(Problem.from_record(second).detail())


@backup.command("verify")
@click.argument("file", default="")
@click.option("--sheet", "by_sheet", is_flag=True, help="Open FILE by the recovery sheet instead.")
@stdin_option
@data_option
@click.pass_obj
def backup_verify(way: Way, file: str, *, by_sheet: bool, key_stdin: bool, data: Path) -> None:
    """Open a backup and check all of it: every hash, the hash chain, every count.

    FILE is one in the gateway's folder of backups, the newest if none is named. With --sheet it is
    any file, and no gateway is needed.
    """
    if by_sheet:
        click.echo(_proved_by_sheet(Path(file), _secret(key_stdin)))
        return
    with way(data) as carry_out:
        note, _ = _carried_out(carry_out, "check", Path(file).name)
    if note["problem"] is not None:
        raise click.ClickException(Problem.from_record(note["problem"]).detail())
    click.echo(f"{note['file']} is good: it opens, and all of it is there to entry {note['head']}")


@backup.command("list")
@data_option
@click.pass_obj
def backup_list(way: Way, data: Path) -> None:
    """List the backups, the newest first."""
    with way(data) as carry_out:
        notes = carry_out("backup.list")
    for note in notes:
        state = "damaged" if note["problem"] else "checked" if note["proved_at"] else "not checked"
        size = f"{note['size'] / MIB:.1f} MiB"
        click.echo(f"{note['made_at']}  {size:>12}  {state:<11}  {note['file']}")


@backup.command("sheet")
@click.option("--new", "anew", is_flag=True, help="Replace the sheet that there is.")
@data_option
@click.pass_obj
def backup_sheet(way: Way, data: Path, *, anew: bool) -> None:
    """Show a new recovery key once, to be written down, and have it typed back."""
    with way(data) as carry_out:
        drawn = carry_out("backup.draw", anew=anew)
        click.echo(sheet_text(drawn["words"], drawn["key"]))
        while True:
            typed = click.prompt("Type the words back, with spaces between them")
            try:
                carry_out("backup.prove", recipient=drawn["recipient"], typed=typed)
            except Problem as problem:
                click.echo(problem.detail(), err=True)
            else:
                break
    click.echo("The sheet is right. Every backup from now on opens with it. Lock it away.")


@click.command()
@file_argument
@stdin_option
@data_option
def restore(file: Path, data: Path, *, key_stdin: bool) -> None:
    """Bring a backup back into an empty data folder, by the words of the recovery sheet."""
    from gateway.backup import restoring

    secret = _secret(key_stdin)
    try:
        restored = restoring.restore(file, secret, data, SystemClock(), _shown())
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted: nothing is whole yet. Run the same command again and delete nothing;"
            " until then no gateway starts on this folder."
        ) from None
    click.echo(f"Restored to {data}: as of {restored.made_at}, to entry {restored.head}.")
    click.echo(
        f"Erased since the backup, and to be erased again at the first start: {restored.erased}."
    )
    click.echo("Start the gateway: phones and the ERP begin anew with it, and phones send again")
    click.echo("what they sent since. Everybody signs in once.")
    click.echo(
        "The key lies in clear beside the data now: a stolen box or disk can be read. If it was"
    )
    click.echo(
        "kept otherwise before: run.py keys wrap --tier passphrase, or as docs/keys.md says."
    )


def sheet_text(words: list[str], key: str) -> str:
    """The recovery sheet to print or to copy by hand."""
    lines = ["", "WAYSTATION RECOVERY SHEET", ""]
    for at in range(0, len(words), 5):
        row = [f"{place:>2} {word:<5}" for place, word in enumerate(words[at : at + 5], at + 1)]
        lines.append("   ".join(row).rstrip())
    lines += ["", "The same for the program age:", key, "",
              "Who has a backup and this sheet has everything. Without it no backup opens.",
              "Bring one back:  run.py restore FILE --data EMPTY-FOLDER", ""]  # fmt: skip
    return "\n".join(lines)


def _carried_out(carry_out: Callable[..., Any], what: str, file: str) -> tuple[Any, Any]:
    carry_out("backup.begin", what=what, file=file)
    show = _shown()
    while not (step := carry_out("backup.wait"))["ended"]:
        show(step["done"])
    return step["note"], step["second"]


def _shown() -> Callable[[int], None]:
    """Shows how many bytes have gone by, where somebody is looking."""
    last = -1

    def show(done: int) -> None:
        nonlocal last
        if sys.stderr.isatty() and done // MIB != last:
            last = done // MIB
            click.echo(f"\r{last} MiB ", nl=False, err=True)

    return show


def _secret(from_stdin: bool) -> str:
    if from_stdin:
        return sheet.identity(sys.stdin.read())
    typed, ask = "", "The words of the recovery sheet"
    while True:
        typed = f"{typed} {click.prompt(ask)}"
        try:
            return sheet.identity(typed)
        except Problem as problem:
            # They stand in rows on the sheet, and may be typed row by row.
            found = int(str(problem.params.get("found", sheet.WORDS)))
            if found < sheet.WORDS:
                ask = f"The next ones, after {found}"
                continue
            click.echo(problem.detail(), err=True)
            typed, ask = "", "The words of the recovery sheet"


def _proved_by_sheet(file: Path, secret: str) -> str:
    from gateway.backup import unpacking

    opened = Path(tempfile.mkdtemp(prefix=".verify-", dir=file.resolve().parent))
    try:
        listed = unpacking.unpack(file, secret, opened / "backup", _shown())
        keyring = unpacking.keyring(opened / "backup", secret, file.name)
        unpacking.examine(opened / "backup", listed, keyring, file.name)
    finally:
        shutil.rmtree(opened, ignore_errors=True)
    return f"{file.name} is good: it opens, and all of it is there to entry {listed.head}"
