"""The local socket.

Commands of the command line, carried out by the gateway that owns the data folder.

One connection, one line of JSON each way: ``{"command", "arguments"}`` and ``{"result"}`` or
``{"problem"}``. The socket has mode 0600: whoever may read the data folder may already do
everything.
"""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gateway.kernel.problems import Problem

NAME = "gateway.sock"
LINE_BYTES_MAX = 65_536
ANSWER_S = 120.0

Command = Callable[..., object]


class LocalSocket:
    """Serves commands on a thread of its own until closed."""

    def __init__(self, folder: Path, commands: Mapping[str, Command]) -> None:
        self._commands = commands
        self._path = folder / NAME
        self._path.unlink(missing_ok=True)  # the folder's lock is ours, so this is a dead one's
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with _short(folder) as path:
                self._socket.bind(path)
        finally:
            os.umask(before)
        self._socket.listen(8)
        threading.Thread(target=self._serve, name="local-socket", daemon=True).start()

    def close(self) -> None:
        """Stop listening and take the socket away."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed: the gateway is stopping
                return
            with connection, suppress(OSError):  # a caller that went away needs no answer
                connection.settimeout(ANSWER_S)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            request = json.loads(connection.makefile("rb").readline(LINE_BYTES_MAX))
            answer = {"result": self._commands[request["command"]](**request["arguments"])}
        except Problem as problem:
            answer = {"problem": problem.record()}
        except (ValueError, KeyError, TypeError) as error:
            answer = {"problem": Problem("command_malformed", reason=repr(error)).record()}
        connection.sendall(json.dumps(answer).encode() + b"\n")


def ask(folder: Path, command: str, arguments: Mapping[str, object]) -> Any:
    """Let the gateway that owns a folder carry out a command; its result.

    ConnectionError when no gateway serves the folder; Problem when it refuses.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_S)
        try:
            with _short(folder) as path:
                connection.connect(path)
        except FileNotFoundError as error:
            raise ConnectionRefusedError(str(folder / NAME)) from error
        line = json.dumps({"command": command, "arguments": arguments}).encode() + b"\n"
        connection.sendall(line)
        answer = json.loads(connection.makefile("rb").readline())
    if "problem" in answer:
        raise Problem.from_record(answer["problem"])
    return answer["result"]


def is_served(folder: Path) -> bool:
    """Whether a gateway runs on a folder."""
    try:
        ask(folder, "ping", {})
    except (ConnectionError, FileNotFoundError):
        return False
    return True


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """A path to the socket that fits the 108 bytes of an address, however deep the folder lies."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
