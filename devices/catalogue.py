"""Which drivers there are: every module in ``drivers/`` that names a ``DRIVER``.

A driver whose own library is not installed is left out, and so are its devices: an optional extra
never keeps the gateway from starting.
"""

import importlib
import logging
import pkgutil
from collections.abc import Iterable, Mapping

from devices import drivers
from devices.driver import Driver

Drivers = Mapping[str, type[Driver]]

log = logging.getLogger(__name__)


def load() -> Mapping[str, type[Driver]]:
    """Every driver by its kind; ImportError when two of them claim the same kind."""
    names = sorted(module.name for module in pkgutil.iter_modules(drivers.__path__))
    return collect(filter(None, (_load(name) for name in names if not name.startswith("_"))))


def collect(found: Iterable[type[Driver]]) -> Mapping[str, type[Driver]]:
    """Drivers by their kind; ImportError when two of them claim the same one."""
    table: dict[str, type[Driver]] = {}
    for driver in found:
        if driver.kind in table:
            raise ImportError(
                f"{driver.__module__} and {table[driver.kind].__module__}"
                f' both say that they drive "{driver.kind}"'
            )
        table[driver.kind] = driver
    return table


def _load(name: str) -> type[Driver] | None:
    try:
        module = importlib.import_module(f"{drivers.__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] in ("devices", "gateway"):
            raise
        log.warning("the driver %s is left out: %s is not installed", name, error.name)
        return None
    driver: type[Driver] = module.DRIVER
    return driver
