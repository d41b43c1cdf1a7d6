"""What the server calls for every request: captures are answered in its loop, the rest by Flask.

The interface is granian's RSGI: an awaitable per request, and one word at the start and at the end.
"""

import asyncio
import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask
from granian.rsgi import ProtocolClosed, ProtocolError

from gateway.kernel.problems import Problem
from gateway.web.door import metrics
from gateway.web.door.parts import Parts
from gateway.web.listening import connections, ending
from gateway.web.listening.bridge import Bridge
from gateway.web.listening.capture import CaptureLane
from gateway.web.listening.incoming import Patience, refuse
from gateway.web.listening.watched import Manager

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

# What has not been answered this long after the server began anew is broken off.
ANEW_S = 10.0
# Large captures have threads of their own: they must not wait behind downloads and live views.
CAPTURE_THREADS = 4

log = logging.getLogger(__name__)


class Front:
    """The RSGI application around the Flask one."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._app = app
        self._parts = parts
        self._threads = ThreadPoolExecutor(parts.settings.web.threads, "web")
        self._capture_threads = ThreadPoolExecutor(CAPTURE_THREADS, "captures")
        self._manager = Manager()
        self._ended = False
        self._anew = False
        self._cutting: threading.Timer | None = None

    @property
    def anew(self) -> bool:
        """Whether the server let go in order to serve again."""
        return self._anew and not self._ended

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin: the loop is made, and the server has set its own handlers for signals."""
        if self._parts.certificate is not None and self._parts.certificate.on:
            ending.watch_anew(self._begin_anew)
        ending.watch(self._end)
        self._anew = False
        if self._ended:  # asked to while nobody served
            signal.raise_signal(signal.SIGTERM)
        else:
            self._parts.ending.clear()
        self.begin(loop)
        self._manager.ready(loop, self._written)

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Get ready for requests of a loop."""
        settings = self._parts.settings
        patience = Patience(loop, settings.web.body_wait_s, settings.gateway.language)
        self._hurry = partial(loop.call_soon_threadsafe, patience.hurry)
        self._bridge = Bridge(self._app, loop, self._threads, patience)
        measures = metrics.of(self._app)
        self._lane = CaptureLane(self._parts, measures, loop, self._capture_threads, patience)

    def _begin_anew(self) -> None:
        """Let what is being answered come to its end, streams too; quick, since it is a signal."""
        self._anew = True
        self._parts.ending.set()
        self._hurry()
        self._manager.rest()
        _, _, port = self._parts.settings.web.listen.rpartition(":")
        self._cutting = threading.Timer(ANEW_S, connections.cut_all, [int(port)])
        self._cutting.daemon = True
        self._cutting.start()

    def _end(self) -> None:
        self._ended = True
        self._parts.ending.set()
        self._hurry()
        self._manager.stopping()

    def _written(self) -> None:
        # A disk that refuses is told of by /readyz; the writer has answered.
        with suppress(Problem):
            self._parts.store.write(lambda _: None)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End: every request has been answered."""
        if self._cutting is not None:
            self._cutting.cancel()
        if self.anew:
            return
        self._threads.shutdown(wait=False)
        self._capture_threads.shutdown(wait=False)

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request."""
        lane = self._lane if self._lane.takes(scope) else self._bridge
        try:
            await lane.answer(scope, protocol)
        except (ProtocolClosed, ProtocolError):
            log.info("a client went away in the middle of its request")
        except Exception as error:
            if not isinstance(error, Problem):
                log.exception("a request failed")
                error = Problem("internal_error")
            refuse(protocol, error, self._parts.settings.gateway.language)
