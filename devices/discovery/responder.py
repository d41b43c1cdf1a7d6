"""What answers and asks on the network for us."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from zeroconf import Zeroconf

from devices.discovery.addresses import spoken, version_of


def zeroconf_at(here: Sequence[str]) -> Zeroconf:
    """Zeroconf on these addresses of ours, with an event loop of its own.

    It would take the loop of the thread that makes it, and then whatever keeps that thread busy
    would keep it from answering.
    """
    with ThreadPoolExecutor(1) as aside:
        wanted = spoken(here)
        make = partial(Zeroconf, interfaces=wanted, ip_version=version_of(wanted))
        return aside.submit(make).result()
