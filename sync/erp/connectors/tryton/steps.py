"""The way of a sale in Tryton: where it stands, and which buttons are next."""

from collections.abc import Mapping
from typing import Final

# Later states are the ERP's affair. Tryton processes a confirmed sale by itself, unless it is ended
# in between: then it has to be told anew, and only administrators may press "process".
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("quote", "confirm"),
    "quotation": ("confirm",),
    "confirmed": ("draft", "quote", "confirm"),
}
