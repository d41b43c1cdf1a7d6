"""Finding each other on the network; its packages are read only where that is wanted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.discovery.announcement import Announcement

if TYPE_CHECKING:
    from devices.discovery.network import Discovery


def discovery(about: Callable[[], Announcement], *, on: bool) -> "Discovery | None":
    """Looks and announces; None where the settings do not want it."""
    if not on:
        return None
    from devices.discovery.network import Discovery

    return Discovery(about)
