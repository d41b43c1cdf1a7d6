"""The command ``simulate``: a scanner for whoever has none at hand, or a whole store."""

import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from devices.simulated.faults import parse
from devices.simulated.hands import Hands, Journal, LocalHands, TillHands
from devices.simulated.report import as_json, as_lines
from devices.simulated.scanner import CR, SimulatedScanner, load_recording, replay
from devices.simulated.store import Plan, SimulatedStore
from gateway.kernel.clock import SystemClock
from gateway.web.commands import local

LINKS = "simulated"


class _Simulate(click.Group):
    """``simulate LINK`` is short for ``simulate scanner LINK``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["scanner", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Simulate)
def simulate() -> None:
    """Devices made of software: one scanner, or a whole store."""


@simulate.command("scanner")
@click.argument("link", type=click.Path(path_type=Path))
@click.argument("recording", type=click.Path(path_type=Path, exists=True), required=False)
def scanner(link: Path, recording: Path | None) -> None:
    """Plug a simulated scanner in at LINK, a path that devices.extra_ports names.

    It plays RECORDING, or scans every line of standard input.
    """
    click.echo(f"Plugged in at {link}: it scans once the gateway has it open.", err=True)
    try:
        simulate_scanner(link.absolute(), recording, sys.stdin)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@simulate.command("store")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Data folder of a running gateway.")  # fmt: skip
@click.option("--url", default="", help="Address of the gateway, where it is not its own.")
@click.option("--token", default="", help="A till's token: tills alone, at a gateway elsewhere.")
@click.option("--currency", default="EUR", show_default=True, help="With --token.")
@click.option("--scanners", default=1, show_default=True, type=click.IntRange(0, 64))
@click.option("--tcp-scanners", default=0, show_default=True, type=click.IntRange(0, 64))
@click.option("--tills", default=1, show_default=True, type=click.IntRange(0, 64))
@click.option("--printers", default=0, show_default=True, type=click.IntRange(0, 16),
              help="Each prints the receipts of one till.")  # fmt: skip
@click.option("--scales", default=0, show_default=True, type=click.IntRange(0, 16))
@click.option("--readers", default=0, show_default=True, type=click.IntRange(0, 16),
              help="RFID readers at --broker.")  # fmt: skip
@click.option("--broker", default="127.0.0.1:1883", show_default=True, metavar="HOST:PORT")
@click.option("--rate", default="5/s", show_default=True, help="Frames of each scanner.")
@click.option("--till-rate", default="1/s", show_default=True, help="Facts of each till.")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(min=0.1))
@click.option("--seed", default=0, show_default=True, help="The same seed plays the same day.")
@click.option("--fault", "faults", multiple=True, metavar="NAME=CHANCE",
              help="unplug, garbage, split or double: 0 to 1 of the frames.")  # fmt: skip
@click.option("--check", "compare", is_flag=True, help="Compare with the journal in the end.")
@click.option("--json", "json_wanted", is_flag=True, help="Print JSON.")
@click.option("--keep", is_flag=True, help="Leave the devices and tokens at the gateway.")
def store(  # noqa: PLR0913 (the options of a command line)
    data: Path | None, url: str, token: str, currency: str, seconds: float, *,
    rate: str, till_rate: str, broker: str, faults: Sequence[str], compare: bool, json_wanted: bool,
    keep: bool, **many: int,
) -> None:  # fmt: skip
    """A store made of software at a running gateway: scanners that answer to it, and tills.

    What it scans and sells is recorded like anything else, and taken by the ERP: use a data folder
    made for it.
    """
    try:
        plan = Plan(
            **many,
            rate=_rate(rate),
            till_rate=_rate(till_rate),
            faults=parse(faults),
            broker=_place(broker),
        )
        hands, journal = _reach(data, url, token, currency, compare=compare)
        with _Links(data) as folder:
            shop = SimulatedStore(hands, plan, folder, SystemClock(), journal=journal)
            try:
                shop.open()
                shop.start()
                threading.Event().wait(seconds)
                shop.stop()
                told = shop.report(compare=compare)
            finally:
                shop.close(leave=not keep)
    except (ConnectionError, FileNotFoundError) as error:
        raise click.ClickException("No gateway serves this folder. Start it first.") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(as_json(told) if json_wanted else "\n".join(as_lines(told)))
    if any(one.finding and one.finding.faults for one in told):
        sys.exit(1)


class _Links:
    """A folder for the links of the scanners, gone afterwards."""

    def __init__(self, data: Path | None) -> None:
        self._folder = (data or Path.cwd()).absolute() / LINKS

    def __enter__(self) -> Path:
        return self._folder

    def __exit__(self, *_: object) -> None:
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def _reach(
    data: Path | None, url: str, token: str, currency: str, *, compare: bool
) -> tuple[Hands, Journal | None]:
    if data is not None:
        folder = data
        both = LocalHands(lambda command, **told: local.ask(folder, command, told), url)
        return both, both
    if compare:
        raise ValueError("--check reads the journal, which is in the data folder: say --data.")
    if not (url and token):
        raise ValueError("Say which gateway: --data, or --url and --token for tills alone.")
    return TillHands(url, token, currency), None


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit()):
        raise ValueError(f'"{text}" is no address; write HOST:PORT.')
    return host, int(port)


def _rate(text: str) -> float:
    """A number a second, a minute or an hour: 5/s, 30/min, 100/h."""
    number, _, unit = text.partition("/")
    seconds = {"": 1, "s": 1, "min": 60, "h": 3600}.get(unit)
    try:
        rate = float(number) / (seconds or 0)
    except (ValueError, ZeroDivisionError):
        rate = 0.0
    if rate <= 0:
        raise ValueError(f'"{text}" is no rate; write 5/s, 30/min or 100/h.')
    return rate


def simulate_scanner(link: Path, recording: Path | None, typed: Iterable[str]) -> None:
    """A simulated scanner that plays a recording, or scans what is typed, line by line.

    ValueError names the line of a recording that cannot be read.
    """
    made = SimulatedScanner(link)
    made.plug_in()
    try:
        # An empty frame means nothing, but it is gone as soon as the gateway has opened the line.
        made.send(CR)
        made.await_reader()
        if recording is None:
            for line in typed:
                made.scan(line.rstrip("\n"))
        else:
            replay(made, load_recording(recording), threading.Event())
        made.await_reader()
    finally:
        made.unplug()
