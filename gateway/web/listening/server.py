"""The web server: granian, inside the process that owns the data folder.

Granian starts a process for every worker and keeps one more to watch them. A gateway has one
worker, and the system watches that: so it runs right here. One process owns the port, the writer,
the devices and the schedule; no orphan has to be prevented, and no second interpreter be fed.
"""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, cast

from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from config.schema import TlsSettings, WebSettings
from gateway.web.door.certificate import Certificate

if TYPE_CHECKING:
    from gateway.web.listening.front import Front

HEADER_TIMEOUT_MS = 10_000
LOOK_S = 3600
# Whatever is bound to one of these is reached at this very machine.
EVERY_IPV4 = "0.0.0.0"  # noqa: S104  # nosec B104 # compared with, never bound
REACHED_HERE = ("127.0.0.1", "::1", EVERY_IPV4, "::")
# 1.2 for tills and handhelds that are older than 1.3. The ciphers are rustls's own: ECDHE with
# AES-GCM or ChaCha20 in either version, nothing else.
OLDEST_TLS = SSLProtocols.tls12
M_ARENA_MAX = -8
ARENAS = 2


class _InPlace(MPServer):
    """Granian's server, its one worker run by the calling thread instead of by a child.

    It reads a certificate when it begins to serve: a new one means to begin again, in the same
    process, while devices and the schedule go on.
    """

    application: "Front"
    certificate: Certificate | None = None

    def _serve(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        self._init_shared_socket()  # type: ignore[no-untyped-call]
        while True:
            if self.certificate is not None:
                self.certificate.renew()
                chain, key = self.certificate.files
                self.build_ssl_context(chain, key, None, OLDEST_TLS, None, [], False)
            self._spawn_worker(0, spawn_target, target_loader).inner.run()
            if self.certificate is None or not self.application.anew:
                return


def serve(
    application: "Front",
    web: WebSettings,
    address: tuple[str, int],
    certificate: Certificate | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, and until every request is answered; main thread only.

    Without a ``certificate`` plain HTTP. With one, SIGHUP has it read again. Problem when there is
    none that can be served.
    """
    host, port = address
    server = _InPlace(
        "waystation",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        backpressure=web.backpressure,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        websockets=False,
        log_level=LogLevels.error,
    )
    server.application, server.certificate = application, certificate
    # Other servers read their settings again when hung up; here it is the certificate, if any.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Typed for callables; an RSGI application is an object with methods.
    server.serve(target_loader=lambda: cast("Any", application), wrap_loader=False)


def keep_up(certificate: Certificate) -> None:
    """Have another certificate served when there is one: who is connected finishes first."""
    if certificate.renew():
        os.kill(os.getpid(), signal.SIGHUP)


def end() -> None:
    """Stop serving, as if the system had asked for it."""
    os.kill(os.getpid(), signal.SIGTERM)


def begin_again() -> NoReturn:
    """Start the program anew in the place of this process, as it was started."""
    sys.stdout.flush()
    again = [sys.executable, *sys.orig_argv[1:]]
    os.execv(sys.executable, again)  # noqa: S606  # nosec B606 # our own command line, no shell


def share_arenas() -> None:
    """Let the threads to come share their heaps; where there is no glibc, nothing happens.

    Each of 64 threads would else have one of its own, and keep its largest request's worth of it.
    """
    if tune := getattr(ctypes.CDLL(None), "mallopt", None):
        tune(M_ARENA_MAX, ARENAS)


def leave() -> NoReturn:
    """End the process once everything is closed.

    Not by way of the interpreter's own ending, which trips over threads that are not Python's.
    """
    sys.stdout.flush()
    os._exit(0)


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
    """The address to type into a browser: by the first name of the certificate, if it has any."""
    host, port = address
    if named := tls.origins(port):
        return named[0]
    # Only localhost counts as secure without a certificate, and it reaches every loopback listener.
    shown = "localhost" if host in REACHED_HERE else host
    scheme = "https" if tls.on else "http"
    return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _free_port(host: str) -> int:
    with socket.socket(_family(host)) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
