"""XML from anywhere, read as a stream: no document types, so no entities that multiply or fetch.

Names are given without their namespace. How much is read is for the caller to bound: a stream holds
nothing but the text between two tags.
"""

from collections.abc import Callable
from typing import NoReturn
from xml.parsers import expat
from xml.parsers.expat import ExpatError as ExpatError

Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]
End = Callable[[str], None]


class Refused(Exception):
    """It declares a document type, which nothing that is exchanged needs."""


def parser(start: Start, text: Text, end: End) -> expat.XMLParserType:
    """A parser that calls these; its ``Parse`` raises ExpatError or Refused."""
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
    made.CharacterDataHandler = text
    made.EndElementHandler = lambda tag: end(_local(tag))
    made.StartDoctypeDeclHandler = _refuse
    return made


def _refuse(*_: object) -> NoReturn:
    raise Refused


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
