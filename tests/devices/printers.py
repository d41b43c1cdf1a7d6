"""Printers made of software, added to a wing as a person would."""

from devices.commands import Order, Result
from devices.driver import State
from devices.escpos.document import AnyPart, Cut, Document, Printing, Text
from devices.simulated.printer import NetworkPrinter
from devices.views import DeviceView
from devices.wing import Devices
from gateway.kernel.actor import Actor
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")


def added(wing: Devices, printer: NetworkPrinter, name: str = "Receipts", **more: object) -> str:
    """A network printer of the wing, online; its id."""
    config = {"host": "127.0.0.1", "port": printer.port, "look_s": 1, "job_s": 1, **more}
    device = wing.add("network_printer", name, config, ANA).attached.id
    until(lambda: wing.device(device).state is State.ONLINE)
    return device


def stands(wing: Devices, device: str, state: State, reason: str = "") -> DeviceView:
    """The device once it stands like this."""
    until(lambda: _standing(wing, device) == (state, reason))
    return wing.device(device)


def _standing(wing: Devices, device: str) -> tuple[State, str]:
    view = wing.device(device)
    return view.state, view.reason


def printed(wing: Devices, device: str, *parts: AnyPart | str, number: int = 1) -> Result:
    """What comes of a document of these parts."""
    told = [Text(part) if isinstance(part, str) else part for part in parts]
    job = Printing(Document([*told, Cut()]), number)
    return wing.obey(device, Order("print", job, ANA.id), 15)
