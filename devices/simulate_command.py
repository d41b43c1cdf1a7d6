"""The command ``simulate``: a scanner for whoever has none at hand."""

import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import click

from devices.simulate import CR, SimulatedScanner, load_recording, replay


@click.command()
@click.argument("link", type=click.Path(path_type=Path))
@click.argument("recording", type=click.Path(path_type=Path, exists=True), required=False)
def simulate(link: Path, recording: Path | None) -> None:
    """Plug a simulated scanner in at LINK, a path that devices.extra_ports names.

    It plays RECORDING, or scans every line of standard input.
    """
    click.echo(f"Plugged in at {link}: it scans once the gateway has it open.", err=True)
    try:
        simulate_scanner(link.absolute(), recording, sys.stdin)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def simulate_scanner(link: Path, recording: Path | None, typed: Iterable[str]) -> None:
    """A simulated scanner that plays a recording, or scans what is typed, line by line.

    ValueError names the line of a recording that cannot be read.
    """
    scanner = SimulatedScanner(link)
    scanner.plug_in()
    try:
        # An empty frame means nothing, but it is gone as soon as the gateway has opened the line.
        scanner.send(CR)
        scanner.await_reader()
        if recording is None:
            for line in typed:
                scanner.scan(line.rstrip("\n"))
        else:
            replay(scanner, load_recording(recording), threading.Event())
        scanner.await_reader()
    finally:
        scanner.unplug()
