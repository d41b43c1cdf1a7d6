"""What the command line can do to devices of a running gateway, through its local socket."""

from collections.abc import Callable, Mapping

from devices.changes.leaving import Leaving
from devices.wing import Devices
from gateway.kernel.actor import SYSTEM
from gateway.web.commands.local import Command


def commands(
    wing: Devices, leaving: Leaving, shop: Callable[[], dict[str, object]]
) -> Mapping[str, Command]:
    """By name; arguments and results are JSON.

    ``shop`` tells {"url", "currency", "head"}: its address, and the newest entry of its journal.
    """

    def adopt(port: str, name: str, config: Mapping[str, object]) -> dict[str, object]:
        return {"id": wing.adopt(port, name, config).attached.id}

    def add(driver: str, name: str, config: Mapping[str, object]) -> dict[str, object]:
        return {"id": wing.add(driver, name, config, SYSTEM).attached.id}

    def order(device: str, order: str) -> dict[str, object]:
        came = wing.command(device, order, {}, SYSTEM)
        return {"outcome": came.outcome, "reason": came.reason, "data": dict(came.data)}

    def listed() -> list[dict[str, object]]:
        return [
            {"id": v.attached.id, "name": v.attached.name, "driver": v.attached.driver,
             "state": v.state.value} for v in wing.devices()
        ]  # fmt: skip

    return {
        "plugged.adopt": adopt,
        "plugged.add": add,
        "plugged.list": listed,
        "plugged.order": order,
        "plugged.remove": lambda device: leaving.remove(device, SYSTEM),
        "shop": shop,
    }
