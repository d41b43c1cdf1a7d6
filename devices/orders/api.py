"""Telling and asking devices over HTTP: people command them, tills ask what is open to them."""

from typing import Annotated, Any

from flask import Blueprint, g
from msgspec import Meta, Struct

from devices import shown
from devices.orders import questions
from devices.wing import Devices
from gateway.web.door import guard
from gateway.web.door.guard import allows

Word = Annotated[str, Meta(max_length=40)]


class Command(Struct, forbid_unknown_fields=True):
    """What a device is to do, with the arguments that its driver declares."""

    command: Word
    args: dict[str, Any] = {}


class Question(Struct, forbid_unknown_fields=True):
    """``command`` is one of those that the device's ``questions`` name."""

    command: Word


class AskableShown(Struct):
    """A device that a till may ask, what it may ask, and how the device stands."""

    id: str
    name: str
    state: str
    questions: list[str]


class Askables(Struct):
    """Every device that a till may ask something."""

    devices: list[AskableShown]


def blueprint(devices: Devices) -> Blueprint:
    """Routes under /api/v1/devices and /api/v1/questions."""
    api = Blueprint("device_orders", __name__, url_prefix="/api/v1")
    _command(api, devices)
    _ask(api, devices)
    return api


def _command(api: Blueprint, devices: Devices) -> None:
    @api.post("/devices/<identity>/commands")
    @allows(
        "device",
        "run",
        body=Command,
        answers={200: shown.ResultShown},
        problems=(
            "device_unknown",
            "device_driver_missing",
            "device_command_unknown",
            "device_command_invalid",
        ),
        summary="Have a device do something, and hear what came of it",
    )
    def command(identity: str) -> Any:
        told = guard.body(Command)
        came = devices.command(identity, told.command, told.args, guard.actor())
        return shown.result(came, g.language)


def _ask(api: Blueprint, devices: Devices) -> None:
    @api.get("/questions")
    @allows(
        "device",
        "ask",
        answers={200: Askables},
        summary="Which devices a till may ask, and what",
    )
    def askable() -> Any:
        return Askables(
            [
                AskableShown(
                    one.view.attached.id,
                    one.view.attached.name,
                    one.view.state.value,
                    list(one.commands),
                )
                for one in questions.askable(devices)
            ]
        )

    @api.post("/questions/<identity>")
    @allows(
        "device",
        "ask",
        body=Question,
        answers={200: shown.ResultShown},
        problems=("device_unknown", "device_question_unknown"),
        summary="Ask a device something that is open to tills, such as a scale for the weight",
    )
    def ask(identity: str) -> Any:
        told = guard.body(Question)
        came = questions.ask(devices, identity, told.command, guard.actor())
        return shown.result(came, g.language)
