"""What may be used in one place only, and what to use instead elsewhere."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tidy import tree
from tests.tidy.names import imports, uses

DRIVER_MAY_SEE = (
    "devices.driver",
    "devices.framing",
    "devices.options",
    "devices.commands",
    "devices.codes",
    "devices.delivery",
    "devices.drop",
    "devices.escpos",
    "devices.rfid",
    "devices.webhooks",
    "devices.zpl",
    "gateway.kernel",
    "config.schema",
)


@dataclass(frozen=True)
class Fence:
    """Names, or modules with all inside, for ``places`` only; a folder ends with a slash."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    mend: str

    def keeps_out(self, path: Path) -> bool:
        """Whether this file is outside the fence."""
        name = path.as_posix()
        return not any(name == place or _inside(name, place) for place in self.places)


def _inside(name: str, place: str) -> bool:
    if place.startswith("*/"):
        return name.endswith(place[1:])
    return place.endswith("/") and name.startswith(place)


FENCES = (
    Fence(
        (
            "time.time",
            "time.time_ns",
            "time.monotonic",
            "time.monotonic_ns",
            "time.perf_counter",
            "datetime.datetime.now",
            "datetime.datetime.utcnow",
            "datetime.datetime.today",
            "datetime.date.today",
        ),
        ("gateway/kernel/clock.py",),
        "take a Clock and ask it",
    ),
    Fence(("time.sleep",), (), "wait on an Event or Condition with a deadline"),
    Fence(
        ("uuid.uuid1", "uuid.uuid4", "secrets", "os.urandom"),
        ("gateway/kernel/ids.py",),
        "call gateway.kernel.ids",
    ),
    # A simulated day is played again from its seed.
    Fence(("random",), ("gateway/kernel/ids.py", "devices/simulated/"), "call gateway.kernel.ids"),
    Fence(
        ("hashlib", "hmac"),
        (
            "gateway/kernel/sealing.py",
            "gateway/kernel/page_sealing.py",
            "gateway/kernel/canonical.py",
        ),
        "call gateway.kernel.canonical.sha256, or gateway.kernel.sealing for a keyed digest",
    ),
    Fence(("argon2",), ("gateway/kernel/sealing.py",), "call gateway.kernel.sealing"),
    Fence(
        ("cryptography",),
        (
            "gateway/kernel/sealing.py",
            "gateway/kernel/page_sealing.py",
            "gateway/kernel/certificates.py",
            "gateway/kernel/envelope.py",
        ),
        "call gateway.kernel.sealing, or gateway.kernel.certificates for X.509",
    ),
    Fence(
        ("flask", "werkzeug"),
        ("gateway/web/", "*/api.py", "assembly.py"),
        "keep the rule here and the route in an api.py or in gateway/web",
    ),
    Fence(("apscheduler",), ("sync/jobs/",), "let sync/jobs/schedule.py call you"),
    Fence(("serial",), ("devices/drivers/",), "reach serial ports through a driver"),
    Fence(("nats", "psycopg"), ("sync/fleet/",), "go through the stream or the landing of a fleet"),
    Fence(("asyncssh",), ("sync/erp/connectors/file_drop/",), "put files by that connector"),
    Fence(("sqlite3", "sqlcipher3"), ("gateway/store/",), "read and write through gateway.store"),
)


@pytest.mark.parametrize("fence", FENCES, ids=lambda fence: fence.names[0])
def test_it_is_used_in_its_own_place_only(fence: Fence) -> None:
    strays = [
        f"{path}:{line} uses {name}"
        for path in tree.python_source()
        if fence.keeps_out(path)
        for line, name in uses(tree.tree(path))
        if any(name == fenced or name.startswith(f"{fenced}.") for fenced in fence.names)
    ]
    assert not strays, f"Instead, {fence.mend}: {strays}"


def test_a_driver_sees_its_interface_and_the_kernel_only() -> None:
    house = ("devices", "gateway", "sync", "config", "assembly", "run")
    strays = [
        f"{path}:{line} imports {name}"
        for path in tree.python_source()
        if path.parts[:2] == ("devices", "drivers")
        for line, name in imports(tree.tree(path))
        if name.split(".")[0] in house and not name.startswith(DRIVER_MAY_SEE)
    ]
    assert not strays, f"Hand it to the driver as an argument instead: {strays}"


def test_only_the_entrance_loads_settings() -> None:
    told = ("config.schema", "config.origins", "config.words")
    strays = [
        f"{path}:{line} imports {name}"
        for path in tree.python_source()
        if path.parts[0] not in {"config", "run.py"}
        for line, name in imports(tree.tree(path))
        if name.startswith("config") and not name.startswith(told)
    ]
    assert not strays, f"Take your own frozen section from config.schema instead: {strays}"


def test_a_package_file_holds_nothing_but_its_docstring() -> None:
    full = [
        str(path)
        for path in tree.python_source()
        if path.name == "__init__.py"
        and not (len(tree.tree(path).body) == 1 and ast.get_docstring(tree.tree(path)))
    ]
    assert not full, f"Move the code of these into a module with a name: {full}"


@pytest.mark.parametrize(
    "planted",
    [
        "import time\ntime.time()",
        "import time as t\nt.time()",
        "from time import time",
        "def f():\n    from time import time as now\n    now()",
    ],
)
def test_a_planted_stray_is_found(planted: str) -> None:
    assert "time.time" in {name for _, name in uses(ast.parse(planted))}


def test_a_date_class_is_resolved_through_its_import() -> None:
    planted = "from datetime import datetime, UTC\ndatetime.now(UTC)"
    assert "datetime.datetime.now" in {name for _, name in uses(ast.parse(planted))}
