"""What the command line can do to machines with a token and to people who sign in."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gateway.access.devices import Devices
from gateway.access.users import Change, Users
from gateway.web.commands.local import Command


def commands(machines: Devices, people: Users) -> Mapping[str, Command]:
    """By name; arguments and results are JSON."""

    def add_device(name: str, role: str) -> dict[str, str]:
        identity, token = machines.add(name, role)
        return {"id": identity, "name": name, "role": role, "token": token}

    def replace_device(device: str, keep_hours: int) -> dict[str, object]:
        token = machines.replace(device, keep_hours)
        return {**asdict(machines.get(device)), "token": token}

    def add_user(name: str, role: str, password: str, territory: str) -> dict[str, str]:
        added = people.add(name, role, password, territory)
        return {"id": added.id, "name": name, "role": role}

    def change_user(name: str, **change: Any) -> None:
        people.change(people.named(name).id, Change(**change))

    return {
        "device.add": add_device,
        "device.list": lambda: [asdict(device) for device in machines.list()],
        "device.replace": replace_device,
        "device.revoke": lambda device: asdict(machines.revoke(device)),
        "user.add": add_user,
        "user.change": change_user,
    }
