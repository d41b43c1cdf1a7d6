"""The gateway's own journal, read the usual way.

The same encrypted file, the same server and the same pages, but each body is parsed and written
again by the standard library: what splicing stored bytes spares.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from bench.disk import Disk
from bench.program import Program, answers, free_port
from config.load import load
from config.schema import WebSettings
from gateway.kernel.clock import SystemClock, to_iso
from gateway.store.database import Store
from gateway.web.listening.bridge import Bridge
from gateway.web.listening.incoming import Patience
from gateway.web.listening.server import serve

NAME = "the same file by stdlib json"
ROOT = Path(__file__).parents[2]
ROWS = "SELECT seq, device, received_at, body FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"


@contextmanager
def running(disk: Disk, data: Path) -> Iterator[tuple[int, int]]:
    """It on the data folder of a gateway that has stopped: its process and its port."""
    port = free_port()
    program = Program(
        [sys.executable, "-m", "bench.peers.parsed", data, str(port)],
        disk.folder / "parsed.log",
        partial(answers, port, "/events?limit=1&after=0"),
        {"PYTHONPATH": str(ROOT)},
    )
    try:
        yield program.pid, port
    finally:
        program.stop()


def application(store: Store) -> Flask:
    """Pages after a cursor, with the members of the gateway's own pages."""
    app = Flask(__name__)

    @app.get("/events")
    def page() -> Any:
        after, limit = int(request.args["after"]), int(request.args["limit"])
        with store.read() as rows:
            found = rows.tuples(ROWS, (after, limit))
        entries = [
            {**json.loads(body), "seq": seq, "device": device, "received_at": to_iso(received_at)}
            for seq, device, received_at, body in found
        ]
        cursor = entries[-1]["seq"] if entries else after
        content = {"entries": entries, "cursor": cursor, "more": len(entries) == limit}
        return Response(json.dumps(content), content_type="application/json")

    return app


class Behind:
    """An application behind the gateway's own server and bridge, and nothing else in front."""

    def __init__(self, app: Flask, web: WebSettings) -> None:
        self._app = app
        self._web = web

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        threads = ThreadPoolExecutor(self._web.threads)
        patience = Patience(loop, self._web.body_wait_s, "en")
        self._bridge = Bridge(self._app, loop, threads, patience)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        await self._bridge.answer(scope, protocol)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    settings = load(folder)
    opened = Store(folder, settings.store, SystemClock())
    front = Behind(application(opened), settings.web)
    try:
        serve(front, settings.web, ("127.0.0.1", int(sys.argv[2])))
    finally:
        opened.close()
