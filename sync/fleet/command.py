"""``run.py fleet``: what a head office runs, on a machine without a gateway."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import psycopg

    from sync.fleet.lander import Lander

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def fleet() -> None:
    """Many gateways, one stream (docs/fleet.md)."""


@fleet.command()
@click.option(
    "--server",
    "servers",
    multiple=True,
    required=True,
    metavar="URL",
    help="A NATS server, such as tls://hub-1.example.com:4222; more than once.",
)
@click.option("--authority", type=FILE, help="PEM file of who signs the servers' certificates.")
@click.option("--credentials", type=FILE, help="Credentials file of NATS.")
@click.option("--nkey", type=FILE, help="File with the seed of an nkey.")
@click.option(
    "--database-file",
    type=FILE,
    required=True,
    envvar="WAYSTATION_FLEET_DATABASE_FILE",
    help="File with the connection to PostgreSQL (host=… dbname=… user=… password=…).",
)
@click.option("--stream", default="WAYSTATION", show_default=True)
@click.option(
    "--durable",
    default="head-office",
    show_default=True,
    help="Name of the place in the stream; landers of one name share the work.",
)
@click.option("--batch", default=500, show_default=True, type=click.IntRange(1, 10_000))
@click.option(
    "--make-stream",
    "replicas",
    default=0,
    type=click.IntRange(0, 5),
    metavar="REPLICAS",
    help="Make the stream where it is missing, on so many nodes.",
)
@click.option(
    "--ack-wait",
    "ack_wait_s",
    default=30,
    show_default=True,
    type=click.IntRange(1, 600),
    help="Seconds after which what a dead lander was handed goes to another one.",
)
@click.option("--once", is_flag=True, help="End when nothing has come for a while.")
def land(database_file: Path, servers: tuple[str, ...], **told: object) -> None:
    """Land what gateways publish in PostgreSQL, each entry once."""
    try:
        from sync.fleet.lander import Lander, Work  # noqa: PLC0415 (an optional extra)
        from sync.fleet.line import Address  # noqa: PLC0415
    except ImportError as error:
        raise click.ClickException("This needs pip install 'waystation[fleet]'.") from error
    files = {name: str(told.pop(name) or "") for name in ("authority", "credentials", "nkey")}
    address = Address(servers, **files)
    work = Work(**told)  # type: ignore[arg-type]
    lander = Lander(address, lambda: _opened(database_file), work)
    asyncio.run(_until_told(lander))
    click.echo(f"{lander.landed} new entries landed")


async def _until_told(lander: "Lander") -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lander.stop)
    await lander.run()


def _opened(path: Path) -> "psycopg.Connection[tuple[object, ...]]":
    import psycopg  # noqa: PLC0415 (an optional extra)

    return psycopg.connect(path.read_text("utf-8").strip(), autocommit=True)
