"""What a driver can be told: typed, with defaults and units, in versions.

Options are a msgspec Struct. In their texts one character stands for one byte: ``"\\u0006"`` is
ACK. From the one declaration come the check, the form of the console and the documentation.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from devices.framing import Framing

Config = Mapping[str, object]
Step = Callable[[Config], Config]
S = TypeVar("S", bound=Struct)


def unit(name: str) -> Meta:
    """What a number counts, for the form: ``{"unit": "ms"}`` in its schema."""
    return Meta(extra_json_schema={"unit": name})


def long() -> Meta:
    """A text of several lines, for the form."""
    return Meta(extra_json_schema={"format": "lines"})


def secret() -> Meta:
    """A text that nobody may read again, for the form: a password field (JSON Schema, 9.4)."""
    return Meta(extra_json_schema={"format": "password", "writeOnly": True})


def secrets_of(shape: type[Struct]) -> frozenset[str]:
    """The names of the options that are secret."""
    return frozenset(name for name, told in describe(shape).items() if told.get("writeOnly"))


def read(config: Config, shape: type[S]) -> S:
    """Options of a driver; ValueError with a sentence when they do not fit."""
    try:
        return msgspec.convert(config, shape)
    except msgspec.ValidationError as error:
        raise ValueError(f"{error}.") from error


def describe(shape: type[Struct]) -> Mapping[str, Mapping[str, object]]:
    """By name, each as JSON Schema with its default."""
    _, components = msgspec.json.schema_components([shape])
    properties: dict[str, dict[str, Any]] = components[shape.__name__].get("properties", {})
    return properties


def climb(config: Config, version: int, target: int, steps: Mapping[int, Step]) -> Config:
    """A configuration of an older version, step by step; ValueError when there is no way.

    ``steps[1]`` makes a configuration of version 2 out of one of version 1.
    """
    if version > target:
        raise ValueError(f"It was written by a later version of the driver ({version}).")
    for step in range(version, target):
        if step not in steps:
            raise ValueError(f"Nobody knows what its version {step} meant.")
        config = steps[step](config)
    return config


def as_bytes(text: str) -> bytes:
    """The bytes that a text stands for; ValueError when a character is none."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ValueError(f'"{text}" holds a character that is no byte.') from error


class ScannerOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How a scanner marks its readings on any line, and what it wants to hear.

    ``ack`` is sent when a reading is on disk, ``nak`` when it came broken or could not be kept, and
    ``tone`` makes the scanner complain. Without ``nak`` and ``tone`` a reading is never given up.
    """

    terminators: str = "\r\n"
    envelope: bool = False
    check: Literal["", "xor", "lrc"] = ""
    length_digits: int = 0
    prefix: str = ""
    suffix: str = ""
    parity_bit: Literal["", "strip", "even", "odd"] = ""
    idle_flush_ms: Annotated[int, Meta(ge=0), unit("ms")] = 0
    frame_bytes_max: Annotated[int, Meta(ge=64, le=4096), unit("bytes")] = 4096
    queue_frames_max: Annotated[int, Meta(ge=10)] = 1000
    ack: str = ""
    nak: str = ""
    tone: str = ""

    def framing(self) -> Framing:
        """How frames are cut; ValueError when the options do not fit together."""
        framing = Framing(
            terminators=as_bytes(self.terminators),
            envelope=self.envelope,
            check=self.check,
            length_digits=self.length_digits,
            prefix=as_bytes(self.prefix),
            suffix=as_bytes(self.suffix),
            parity_bit=self.parity_bit,
            idle_flush_ms=self.idle_flush_ms,
            bytes_max=self.frame_bytes_max,
        )
        if complaints := list(framing.complaints()):
            raise ValueError(" ".join(complaints))
        return framing
