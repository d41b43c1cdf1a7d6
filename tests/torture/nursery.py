"""Where gateways of tests come from: forked from one process that has read the program already.

Reading it takes most of a start, and is the same each time. The nursery reads it once and does
nothing else, so that what it forks is ``run.py`` right after its imports, in a session of its own,
with arguments, environment and files of its own. Whatever is about a start itself gets an
interpreter of its own (``GatewayProcess(..., fresh=True)``).

It also sees to it that nobody is left behind: when the test run ends, however it ends, its pipe
closes, and the nursery ends every process that it has started.
"""

import atexit
import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

# All that a start reads, some of it only when it is needed.
PROGRAM = ("assembly", "gateway.web.listening.server", "gateway.web.door.logs")
ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The end that asks: one question and one answer at a time, a line of JSON each."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        )

    def fork(self, arguments: list[str], environment: dict[str, str], files: list[Path]) -> "Child":
        """Run ``run.py`` with these arguments; ``files`` are its standard input, output and error,
        of which the last two are appended to.
        """
        said = {"arguments": arguments, "environment": environment, "files": list(map(str, files))}
        return Child(self, self.ask(said))

    def ask(self, question: object) -> Any:
        """The answer's value."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and with it all that it has started."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


class Child:
    """One process of the nursery, handled as one of ``subprocess``."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, if it has ended; negative for a signal."""
        if self._code is None:
            self._code = self._nursery.ask({"ended": self.pid})
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


@cache
def nursery() -> Nursery:
    """The one of this test run, made when it is first asked for."""
    made = Nursery()
    atexit.register(made.close)
    return made


def main() -> None:
    """Read the program, then fork for whoever asks until nobody can ask any more."""
    sys.path[0] = str(ROOT)
    for part in PROGRAM:
        import_module(part)
    import_module("devices.catalogue").load()
    import_module("gateway.web.routes.site").served(import_module("gateway.web.door.parts").STATIC)
    program = import_module("run").main
    gc.freeze()
    answers = os.dup(1)
    os.dup2(2, 1)
    living: set[int] = set()
    with os.fdopen(os.dup(0), "rb") as questions:
        for line in questions:
            asked = json.loads(line)
            if "ended" in asked:
                answer = _ended(asked["ended"], living)
            else:
                answer = _fork(program, asked, (questions.fileno(), answers))
                living.add(answer)
            os.write(answers, json.dumps(answer).encode() + b"\n")
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _ended(pid: int, living: set[int]) -> int | None:
    """The exit code of a process that has ended, told once: its number is given away again."""
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    living.remove(pid)
    return os.waitstatus_to_exitcode(status)


def _fork(program: Any, asked: dict[str, Any], ours: tuple[int, ...]) -> int:
    ready, tell = os.pipe()
    pid = os.fork()
    if not pid:
        os.setsid()  # before anybody knows the process, so that its group can be shot
        os.close(tell)
        for descriptor in (ready, *ours):
            os.close(descriptor)
        _become(program, asked)
    os.close(tell)
    os.read(ready, 1)  # nothing: it ends when the child has closed its copy
    os.close(ready)
    return pid


def _become(program: Any, asked: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        source, *sinks = asked["files"]
        os.dup2(os.open(source, os.O_RDONLY), 0)
        for number, sink in enumerate(sinks, 1):
            os.dup2(os.open(sink, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["run.py", *asked["arguments"]]
        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what an interpreter does with it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
