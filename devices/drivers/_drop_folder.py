"""A folder in which others leave files: what waits there, what is complete, and where it goes.

A file is complete when its writer says so (``sales.csv.ready``, or an empty ``sales.csv.done`` or
``sales.ready`` beside it), or when its size and its time of change have stood still. Links are not
followed, nothing is ever written over, and what is not a file is said once and left alone.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from gateway.kernel import canonical
from gateway.kernel.problems import Problem

MARKS: Final = (".ready", ".done")
REPORT: Final = ".report.jsonl"
DONE: Final = "done"
FAILED: Final = "failed"
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp", "~")
_CHUNK: Final = 1_048_576
_KEPT_IN_MEMORY: Final = 4 * _CHUNK
_NUMBERED_MAX: Final = 10_000
_NAME_BYTES_MAX: Final = 220


@dataclass(frozen=True)
class Identity:
    """Which state of which file: another one is another file to us."""

    inode: int
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Waiting:
    """A file that is complete. ``mark`` is the empty file beside it that says so."""

    name: str
    identity: Identity
    mark: str = ""


class CannotMove(Exception):
    """The folder does not let a file go where it belongs."""


class Changed(Exception):
    """The file was written to while it was read; it is not complete yet."""


class DropFolder:
    """One folder. ``still_ms`` is how long a file has to stand still."""

    def __init__(self, path: Path, still_ms: int) -> None:
        self.path = path
        self._still_ms = still_ms
        self._seen: dict[str, tuple[Identity, int]] = {}

    def look(self, now_ms: int) -> tuple[list[Waiting], dict[str, str]]:
        """What is complete, the oldest first, and what is no file, with one word why.

        ``now_ms`` is of a clock that nobody sets. OSError when the folder cannot be looked into.
        """
        found: dict[str, Identity] = {}
        odd: dict[str, str] = {}
        with os.scandir(self.path) as entries:
            for entry in entries:
                if _is_ours(entry.name):
                    continue
                if reason := _oddity(entry):
                    odd[entry.name] = reason
                else:
                    found[entry.name] = identity_of(entry.stat(follow_symlinks=False))
        self._seen = {
            name: (identity, self._since(name, identity, now_ms))
            for name, identity in found.items()
        }
        complete = [one for name in found if (one := self._complete(name, now_ms))]
        return sorted(complete, key=lambda one: (one.identity.changed_ns, one.name)), odd

    def _since(self, name: str, identity: Identity, now_ms: int) -> int:
        before = self._seen.get(name)
        return before[1] if before and before[0] == identity else now_ms

    def _complete(self, name: str, now_ms: int) -> Waiting | None:
        identity = self._seen[name][0]
        base, mark = Path(name).stem, Path(name).suffix
        if mark in MARKS:
            if identity.size == 0 or base in self._seen:
                return None  # it speaks of another file
            return Waiting(name, identity) if mark == ".ready" else self._stood(name, now_ms)
        if name.lower().endswith(_UNFINISHED):
            return None
        for said in (name + mark for mark in MARKS):
            if said in self._seen:
                return Waiting(name, identity, said)
        if base + ".ready" in self._seen and self._seen[base + ".ready"][0].size == 0:
            return Waiting(name, identity, base + ".ready")
        return self._stood(name, now_ms)

    def _stood(self, name: str, now_ms: int) -> Waiting | None:
        identity, since_ms = self._seen[name]
        stands = identity.size > 0 and now_ms - since_ms >= self._still_ms
        return Waiting(name, identity) if stands else None

    def copy(self, waiting: Waiting, bytes_max: int) -> tuple[BinaryIO, str]:
        """What stands in the file, in a copy that nobody else can write to, and its SHA-256.

        Problem drop_too_large. Changed when it was written to meanwhile, OSError when it cannot be
        read.
        """
        handle = os.open(
            self.path / waiting.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        )
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or identity_of(status) != waiting.identity:
                raise Changed
            if status.st_size > bytes_max:
                raise Problem("drop_too_large", bytes_max=bytes_max)
            copied = tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY)  # noqa: SIM115 (its taker closes it)
            digest = canonical.sha256_hex_of(_copied(file, copied))
            if identity_of(os.fstat(handle)) != waiting.identity or copied.tell() != status.st_size:
                copied.close()
                raise Changed
        return copied, digest  # type: ignore[return-value]

    def finish(self, waiting: Waiting, folder: str, report: IO[bytes]) -> str:
        """Move a file to ``done`` or ``failed``, its report beside it; the name it has there.

        CannotMove when that is not possible: then it stays where it is.
        """
        target = self.path / folder
        name = ""
        try:
            target.mkdir(exist_ok=True)
            if target.is_symlink() or not target.is_dir():
                raise CannotMove
            name = _free(target, waiting.name)
            _write(target / (name + REPORT), report)
            _claim(target / name)
            (self.path / waiting.name).rename(target / name)
        except OSError as error:
            _forget(target, name)
            raise CannotMove from error
        _sync(target)
        _sync(self.path)
        self._unmark(waiting)
        return name

    def _unmark(self, waiting: Waiting) -> None:
        mark = self.path / waiting.mark
        try:
            if waiting.mark and os.lstat(mark).st_size == 0:
                mark.unlink()
        except OSError:
            pass  # an empty file that stays says nothing without the one it spoke of

    def reports(self) -> Iterator[Path]:
        """The reports that lie there, the newest first."""
        found: list[tuple[int, Path]] = []
        for folder in (DONE, FAILED):
            try:
                with os.scandir(self.path / folder) as entries:
                    found += [
                        (entry.stat(follow_symlinks=False).st_mtime_ns, Path(entry.path))
                        for entry in entries
                        if entry.name.endswith(REPORT) and entry.is_file(follow_symlinks=False)
                    ]
            except OSError:
                continue  # not made yet, or not to be read: then there is nothing to show
        return (path for _, path in sorted(found, reverse=True))


def _copied(file: BinaryIO, copy: "tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        copy.write(chunk)
        yield chunk


def identity_of(status: os.stat_result) -> Identity:
    """Which state of a file this is."""
    return Identity(status.st_ino, status.st_size, status.st_mtime_ns)


def shown(name: str) -> str:
    """A file's name for people: what is no text in it becomes a mark of replacement."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_ours(name: str) -> bool:
    return name.startswith(".") or name in (DONE, FAILED)


def _oddity(entry: "os.DirEntry[str]") -> str:
    """One word why it is not read (``device_<word>``); empty for a file."""
    if entry.is_symlink():
        return "drop_link"
    if entry.is_dir(follow_symlinks=False):
        return "drop_directory"
    return "" if entry.is_file(follow_symlinks=False) else "drop_no_file"


def _free(target: Path, name: str) -> str:
    """A name that neither a file nor a report has there: ``sales (2).csv``."""
    stem, suffix = Path(name).stem, Path(name).suffix
    if len(os.fsencode(name)) > _NAME_BYTES_MAX:
        # Room for a number and for the name of the report.
        stem = os.fsencode(stem)[: _NAME_BYTES_MAX - 40].decode("utf-8", "ignore")
        suffix = suffix if len(os.fsencode(suffix)) < 40 else ""
    for number in range(1, _NUMBERED_MAX):
        tried = f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}"
        if not os.path.lexists(target / tried) and not os.path.lexists(target / (tried + REPORT)):
            return tried
    raise CannotMove


def _claim(path: Path) -> None:
    """Make sure that the name is ours: a rename would silently take another's place."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _write(path: Path, report: IO[bytes]) -> None:
    report.seek(0)
    with path.open("xb") as out:
        while chunk := report.read(_CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _forget(target: Path, name: str) -> None:
    """Take back what was begun: the report, and the empty file that held the name."""
    for path in (target / name, target / (name + REPORT)) if name else ():
        try:
            path.unlink()
        except OSError:
            continue  # it was not made, or may not be taken back: a later try takes another name


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
