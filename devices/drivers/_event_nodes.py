"""Keys as the kernel tells them: its event nodes, opened for this process alone.

Three calls are all it takes (open, one ioctl, read), and the kernel has not changed their shape
since it has them: struct input_event of linux/input.h, in the machine's own sizes.
"""

import errno
import fcntl
import os
import select
import stat
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from devices.driver import LineError, LineLost, LineRefused

TICK_MS = 200  # the longest a stop has to wait for a silent scanner
EVENT: Final = struct.Struct("@llHHi")  # seconds, microseconds, type, code, value
READ_EVENTS = 256
EVIOCGRAB: Final = 0x40044590  # _IOW('E', 0x90, int)
REFUSALS: Final = {
    errno.EBUSY: "port_busy",
    errno.EACCES: "no_input_permission",
    errno.EPERM: "no_input_permission",
    errno.ENOTTY: "no_keys",
    errno.EINVAL: "no_keys",
}


class Event(NamedTuple):
    """One event of the kernel with its instant."""

    seconds: int
    micros: int
    type: int
    code: int
    value: int


class Node(Protocol):
    """An open event node. ``read`` gives whole events, None where there are none yet."""

    def fileno(self) -> int: ...
    def read(self, size: int, /) -> bytes | None: ...
    def close(self) -> None: ...


class Nodes:
    """All nodes of one device, read as one."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = {node.fileno(): node for node in nodes}
        self._halves = dict.fromkeys(self._nodes, b"")
        self._lost: list[int] = []
        self._poll = select.poll()
        for handle in self._nodes:
            self._poll.register(handle, select.POLLIN)

    def read(self, *, wait: bool) -> list[Event]:
        """What was typed, in order; if it is worth waiting, for a moment. Raises LineLost."""
        if self._lost:
            raise LineLost("unplugged")
        ready = self._poll.poll(TICK_MS if wait else 0)
        # A modifier and its key may come from different nodes: what happened first comes first.
        events = sorted((one for handle, _ in ready for one in self._take(handle)), key=_instant)
        if self._lost and not events:
            raise LineLost("unplugged")
        return events

    def close(self) -> None:
        """Let the device go."""
        for node in self._nodes.values():
            node.close()

    def _take(self, handle: int) -> list[Event]:
        try:
            chunk = self._nodes[handle].read(READ_EVENTS * EVENT.size)
        except OSError:  # 19 (ENODEV) when it is pulled out or goes to sleep
            chunk = b""
        if chunk == b"":
            self._lost.append(handle)  # what has come before is told first
        whole = self._halves[handle] + (chunk or b"")
        cut = len(whole) - len(whole) % EVENT.size
        self._halves[handle] = whole[cut:]
        return [Event(*fields) for fields in EVENT.iter_unpack(whole[:cut])]


def open_nodes(paths: Sequence[str]) -> Nodes:
    """Open the nodes of a device, and keep everybody else from what it types.

    LineRefused when they are there and cannot be had, LineLost when they are not.
    """
    opened: list[Node] = []
    try:
        for path in paths:
            opened.append(_open(path))  # noqa: PERF401 (what is open has to be closed again)
    except OSError as error:
        for node in opened:
            node.close()
        raise _why(error) from error
    return Nodes(opened)


def _open(path: str) -> Node:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    node = os.fdopen(handle, "rb", buffering=0)
    try:
        # A pipe of recorded events types nowhere else, so there is nothing to keep anybody from.
        if not stat.S_ISFIFO(os.fstat(handle).st_mode):
            fcntl.ioctl(handle, EVIOCGRAB, 1)
    except OSError:
        node.close()
        raise
    return node


def _why(error: OSError) -> LineError:
    reason = REFUSALS.get(error.errno or 0)
    return LineRefused(reason) if reason else LineLost("unplugged")


def _instant(event: Event) -> tuple[int, int]:
    return event.seconds, event.micros
