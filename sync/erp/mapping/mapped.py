"""A connector that tells what it does by a mapping, over a line that others may ask too."""

from typing import Protocol, runtime_checkable

from sync.erp.line import Line
from sync.erp.mapping.model import ErpMapping


@runtime_checkable
class Mapped(Protocol):
    """What previews, comparisons and what comes in need to know of a connector."""

    name: str
    line: Line
    mapping: ErpMapping
