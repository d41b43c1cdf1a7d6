"""How much later a printer hears its till with a tap between them.

    python -m bench.tapped [pieces]

A till sends a piece and waits for the printer's answer, one piece at a time, directly and through
the tap, in turns; the difference is what the tap adds on the way there and back together. Till and
printer are processes of their own. Twenty pieces are a receipt, behind which the till pauses.
"""

import socket
import sys
import tempfile
import threading
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter_ns

from config.schema import DevicesSettings, StoreSettings
from devices.driver import State
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import SYSTEM
from gateway.kernel.clock import SystemClock
from gateway.store.database import Store

LOCAL = "127.0.0.1"
PIECE = b"Coffee                    2.50\n" * 8


def main() -> None:
    """Print the figures."""
    pieces = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    server = socket.create_server((LOCAL, 0))
    spawn = get_context("fork")
    printer = spawn.Process(target=_print, args=(server,), daemon=True)
    printer.start()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "data", StoreSettings(), SystemClock())
        wing = Devices(DevicesSettings(), store, Facts(store))
        wing.start()
        with socket.create_server((LOCAL, 0)) as free:
            port = int(free.getsockname()[1])
        told = {
            "port": port, "host": LOCAL, "printer": LOCAL, "currency": "EUR",
            "printer_port": server.getsockname()[1],
        }  # fmt: skip
        device = wing.add("printer_tap", "Tap", told, SYSTEM).attached.id
        while wing.device(device).state is not State.ONLINE:
            threading.Event().wait(0.05)
        for name, target in (("direct", server.getsockname()[1]), ("through the tap", port)) * 2:
            till = spawn.Process(target=_measure, args=(name, target, pieces))
            till.start()
            till.join()
        wing.stop()
        store.close()


def _measure(name: str, port: int, pieces: int) -> None:
    """Print the milliseconds from each piece to its answer."""
    spent = []
    with socket.create_connection((LOCAL, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(pieces):
            begun = perf_counter_ns()
            last = number % 20 == 19
            line.sendall(PIECE + (b"TOTAL 9.99\n\x1dV\x00" if last else b""))
            line.recv(1)
            spent.append((perf_counter_ns() - begun) / 1e6)
            threading.Event().wait(0.2 if last else 0.001)
    _show(name, sorted(spent))


def _print(server: socket.socket) -> None:
    while True:
        line, _ = server.accept()
        threading.Thread(target=_answer, args=(line,), daemon=True).start()


def _answer(line: socket.socket) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with line:
        while line.recv(4096):
            line.sendall(b"\x12")


def _show(name: str, spent: list[float]) -> None:
    half, most = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    print(f"{name:<16} median {half:.3f} ms  p99 {most:.3f} ms  worst {spent[-1]:.3f} ms")


if __name__ == "__main__":
    main()
