"""The web server: granian, whose one worker process owns everything that lives.

The parent only binds the port and watches. Writer, devices, schedule and socket start inside the
worker, and the worker dies with its parent, so that no orphan ever writes beside a successor.
"""

import ctypes
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from config.schema import TlsSettings, WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STOP_S = 10
HEADER_TIMEOUT_MS = 10_000
PR_SET_PDEATHSIG = 1


def serve(
    load: Callable[[], "WSGIApplication"],
    web: WebSettings,
    tls: TlsSettings,
    address: tuple[str, int],
) -> None:
    """Serve until SIGTERM or SIGINT; exits non-zero if the worker fails.

    ``load`` runs in the worker and returns the application; an empty ``tls`` serves plain HTTP.
    """
    host, port = address
    server = Server(
        "waystation",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=web.threads,
        backpressure=web.backpressure,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        log_level=LogLevels.error,
        respawn_failed_workers=False,
        workers_kill_timeout=STOP_S,
        ssl_cert=Path(tls.certificate) if tls.certificate else None,
        ssl_key=Path(tls.key) if tls.key else None,
    )
    # A reload would start a second worker beside a living one; a new certificate means a restart.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    server.serve(target_loader=load, wrap_loader=False)


def end_with_parent(stop: Callable[[], None]) -> None:
    """In the worker: call ``stop`` at a graceful end, and die at once if the parent is killed."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        os._exit(1)  # the parent was gone before the kernel could be asked
    # The worker leaves through multiprocessing, which skips atexit but runs finalizers.
    Finalize(None, stop, exitpriority=100)


def parse_address(listen: str) -> tuple[str, int]:
    """``HOST:PORT`` or ``[v6]:PORT``; port 0 picks a free one. ValueError when it is neither."""
    host, colon, digits = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and digits.isascii() and digits.isdigit() and int(digits) < 65536):
        raise ValueError(f'"{listen}" is not HOST:PORT, such as 127.0.0.1:8080')
    return host, int(digits) or _free_port(host)


def check_free(address: tuple[str, int]) -> None:
    """OSError with a sentence when the address cannot be served on."""
    try:
        with socket.socket(_family(address[0])) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        host, port = address
        raise OSError(f"{host}:{port} cannot be served on ({error.strerror}).") from error


def origin(address: tuple[str, int], tls: TlsSettings) -> str:
    """The address to type into a browser."""
    host, port = address
    # Only localhost counts as secure without a certificate, and it reaches every loopback listener.
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host  # noqa: S104
    scheme = "https" if tls.certificate else "http"
    return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _free_port(host: str) -> int:
    with socket.socket(_family(host)) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
