"""What tills may ask of devices: commands that a driver has opened to them, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass

from devices.commands import Result
from devices.views import DeviceView
from devices.wing import Devices
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem


@dataclass(frozen=True)
class Askable:
    """A device, and the names of the commands that a till may give it."""

    view: DeviceView
    commands: tuple[str, ...]


def askable(devices: Devices) -> Iterator[Askable]:
    """Every device that has something to say to a till."""
    kinds = {kind.kind: kind for kind in devices.drivers()}
    for view in devices.devices():
        kind = kinds.get(view.attached.driver)
        commands = kind.commands.items() if kind else ()
        if names := tuple(name for name, command in commands if command.tills):
            yield Askable(view, names)


def ask(devices: Devices, device: str, command: str, actor: Actor) -> Result:
    """Put a question to a device; Problem device_unknown, device_question_unknown.

    A device that has nothing to say to tills is not there for them.
    """
    found = next((one for one in askable(devices) if one.view.attached.id == device), None)
    if found is None:
        raise Problem("device_unknown")
    if command not in found.commands:
        raise Problem("device_question_unknown", pointer="/command", command=command)
    return devices.command(device, command, {}, actor)
