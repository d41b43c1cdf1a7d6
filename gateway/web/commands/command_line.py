"""The commands that speak to a gateway, running or not: machines, people, examination.

``run.py`` adds the commands that start things, and says how a command is carried out.
"""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from gateway.access.policy import KEEP_HOURS_MAX, MACHINES, PEOPLE
from gateway.kernel.problems import Problem
from gateway.web.commands import local

# Opens the way to the gateway of a data folder: a function of a command's name and arguments.
Way = Callable[[Path], AbstractContextManager[Callable[..., Any]]]

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WAYSTATION_DATA",
    default=Path("var"),
    show_default=True,
    help="Data folder of the gateway.",
)
password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def cli() -> None:
    """The box in the back room that never loses a sale."""


@cli.group()
def device() -> None:
    """Machines with a token: scanner programs, tills, the ERP, a form on a web site."""


@device.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(MACHINES), required=True)
@json_option
@data_option
@click.pass_obj
def device_add(way: Way, name: str, role: str, as_json: bool, data: Path) -> None:
    """Add a machine and print its token, which cannot be shown again."""
    with way(data) as carry_out:
        added = carry_out("device.add", name=name, role=role)
    if as_json:
        click.echo(json.dumps(added))
    else:
        click.echo(f"{added['name']} ({added['role']})  {added['id']}\ntoken  {added['token']}")


@device.command("list")
@json_option
@data_option
@click.pass_obj
def device_list(way: Way, as_json: bool, data: Path) -> None:
    """List the machines."""
    with way(data) as carry_out:
        devices = carry_out("device.list")
    if as_json:
        click.echo(json.dumps(devices))
        return
    for one in devices:
        state = "revoked" if one["revoked"] else "active"
        click.echo(f"{one['id']}  {one['role']:<6}  {state:<7}  {one['name']}")


@device.command("replace")
@click.argument("device_id")
@click.option(
    "--keep-hours",
    type=click.IntRange(0, KEEP_HOURS_MAX),
    default=24,
    show_default=True,
    help="How long the token so far stays good; 0 when somebody saw it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option
@click.pass_obj
def device_replace(way: Way, device_id: str, keep_hours: int, as_json: bool, data: Path) -> None:
    """Give a machine another token; it stays the same machine."""
    with way(data) as carry_out:
        made = carry_out("device.replace", device=device_id, keep_hours=keep_hours)
    if as_json:
        click.echo(json.dumps(made))
    else:
        click.echo(f"The new token of {made['name']} is shown this once:\n  {made['token']}")


@device.command("revoke")
@click.argument("device_id")
@data_option
@click.pass_obj
def device_revoke(way: Way, device_id: str, data: Path) -> None:
    """Stop accepting a machine's token."""
    with way(data) as carry_out:
        click.echo(f"{carry_out('device.revoke', device=device_id)['name']} is revoked")


@cli.group()
def user() -> None:
    """People who sign in."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(PEOPLE), required=True)
@click.option("--territory", default="", help="Region a field rep is bound to.")
@password_option
@json_option
@data_option
@click.pass_obj
def user_add(way: Way, /, data: Path, *, as_json: bool, password_stdin: bool, **who: str) -> None:
    """Add a person."""
    password = _password(password_stdin)
    with way(data) as carry_out:
        added = carry_out("user.add", password=password, **who)
    line = f"{added['name']} ({added['role']})  {added['id']}"
    click.echo(json.dumps(added) if as_json else line)


@user.command("password")
@click.argument("name")
@password_option
@data_option
@click.pass_obj
def user_password(way: Way, name: str, password_stdin: bool, data: Path) -> None:
    """Give a person a new password, and end their sessions: the way back in for an owner."""
    password = _password(password_stdin)
    with way(data) as carry_out:
        carry_out("user.change", name=name, password=password)
    click.echo(f"{name} has a new password; every open session is over")


@user.command("disable")
@click.argument("name")
@data_option
@click.pass_obj
def user_disable(way: Way, name: str, data: Path) -> None:
    """Keep a person from signing in, and end their sessions."""
    with way(data) as carry_out:
        carry_out("user.change", name=name, disabled=True)
    click.echo(f"{name} is disabled")


@cli.command()
@json_option
@data_option
@click.pass_obj
def doctor(way: Way, as_json: bool, data: Path) -> None:
    """Examine a gateway, running or not: what it stands on, a line each with what to do about it;
    the whole hash chain, every file of the archive, the versions.
    """
    running = local.is_served(data)
    with way(data) as carry_out:
        checks = carry_out("doctor.checks", running=running)
        findings = carry_out("doctor")
        problems = examine_archive(carry_out)
    findings["archive"] = "damaged" if problems else "valid"
    if as_json:
        click.echo(json.dumps({**findings, "problems": problems, "checks": checks}))
    else:
        for name, value in findings.items():
            click.echo(f"{name:<11} {value}")
        for check in checks:
            mark = "ok" if check["ok"] else "LOOK"
            click.echo(f"{mark:<4}  {check['name']:<11} {check['detail']}".rstrip())
        for problem in problems:
            click.echo(f"problem     {problem}")
    vital = {"storage", "damage"} & {check["name"] for check in checks if not check["ok"]}
    if problems or vital:
        sys.exit(1)


def examine_archive(carry_out: Callable[..., Any]) -> list[str]:
    """What is wrong with the files of the archive, a sentence each with what to do about it."""
    found: list[str] = []
    after, more = 0, True
    while more:
        step = carry_out("archive.check", after=after)
        after, more = step["after"], step["more"]
        if step["problem"] is not None:
            found.append(Problem.from_record(step["problem"]).detail())
    return found
