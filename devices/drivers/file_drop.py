"""A folder in which a till or another program leaves files of sales, counts or scans."""

import base64
import binascii
import errno
import io
import json
import logging
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Context, Driver, LineRefused
from devices.drivers import _drop_folder, _drop_work
from devices.drivers._drop_folder import CannotMove, Changed, DropFolder, Identity, Waiting
from devices.drivers._drop_work import FileReader, Interrupted, NotKept, Taken
from devices.drop.layout import Becomes, Layout, check_currency, columns_of, times_of
from devices.drop.values import Mark, Numbers
from devices.options import Config, read, unit
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

POLL_S: Final = 0.25
AGAIN_MS: Final = 30_000
REST_MS: Final = 5_000
_NOT_OURS: Final = (errno.EACCES, errno.EPERM, errno.ELOOP)
FILES_SHOWN: Final = 20
SAMPLE_BYTES_MAX: Final = 524_288
_MEGABYTE: Final = 1_048_576
_SUMMARY_MAX: Final = 65_536


class DropOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where files are left, and what their rows are.

    ``folder`` stands below ``devices.drop_roots``, or counts from the first of them. ``columns``
    names what is called otherwise than usual: ``receipt = Bon-Nr; quantity = Menge``.
    """

    folder: Annotated[str, Meta(min_length=1, max_length=400)]
    becomes: Becomes = "sale"
    columns: Annotated[str, Meta(max_length=4000)] = ""
    register: Annotated[str, Meta(max_length=80)] = ""
    currency: Annotated[str, Meta(max_length=3)] = ""
    zone: Annotated[str, Meta(max_length=60)] = "UTC"
    date_order: Literal["dmy", "mdy"] = "dmy"
    decimal_mark: Literal["", ".", ","] = ""
    minor_units: bool = False
    prices_include_tax: bool = False
    tender: Annotated[str, Meta(min_length=1, max_length=80)] = "cash"
    reason: Annotated[str, Meta(max_length=400)] = ""
    encoding: Literal["", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    still_s: Annotated[int, Meta(ge=1, le=600), unit("s")] = 2
    file_mb_max: Annotated[int, Meta(ge=1, le=2000), unit("MB")] = 100

    def layout(self) -> Layout:
        """How rows are read; ValueError with a sentence."""
        check_currency(self.currency)
        mark: Mark = "," if self.decimal_mark == "," else "."
        return Layout(
            becomes=self.becomes,
            times=times_of(self.zone, self.date_order),
            numbers=Numbers(mark, strict=bool(self.decimal_mark), whole=self.minor_units),
            named=columns_of(self.columns),
            register=self.register,
            currency=self.currency,
            tender=self.tender,
            reason=self.reason,
            inclusive=self.prices_include_tax,
        )


class Sample(Struct, forbid_unknown_fields=True, frozen=True):
    """A file to try out: its name, and its bytes in base64."""

    content: Annotated[str, Meta(max_length=SAMPLE_BYTES_MAX * 4 // 3 + 4)]
    name: Annotated[str, Meta(max_length=200)] = "sample"


@dataclass(frozen=True)
class Stuck:
    """A file that was taken and cannot be moved."""

    identity: Identity
    taken: Taken
    tried_ms: int


class FileDrop(Driver):
    """Takes every complete file, keeps its facts, and moves it away with a report."""

    kind: ClassVar[str] = "file_drop"
    Options = DropOptions
    settings_used: ClassVar[Sequence[str]] = ("drop_roots",)
    role: ClassVar[Literal["device", "pos"]] = "pos"
    commands: ClassVar[Mapping[str, Command]] = {
        "files": Command(asks=True),
        "try_out": Command(Sample, asks=True),
    }

    def __init__(self, config: Config) -> None:
        roots = config.get("drop_roots", ())
        if not isinstance(roots, tuple):  # a person's word, where only the settings' counts
            raise ValueError("Which folders are allowed is said in devices.drop_roots.")  # noqa: TRY004
        told = {name: value for name, value in config.items() if name != "drop_roots"}
        self._options = read(told, DropOptions)
        self._roots = [Path(str(root)) for root in roots]
        self._path = _below(self._options.folder, self._roots)
        self._reader = FileReader(
            self._options.layout(), self._options.encoding, self._options.delimiter
        )
        self._folder = DropFolder(self._path, self._options.still_s * 1000)
        self._stuck: dict[str, Stuck] = {}
        self._unread: dict[str, tuple[Identity, int]] = {}
        self._odd: dict[str, str] = {}
        self._limit = ""
        self._last: deque[dict[str, Any]] = deque(maxlen=FILES_SHOWN)

    def run(self, context: Context) -> None:
        """Look, take, move, until it is time to end."""
        self._enter()
        self._remember()
        context.online()
        try:
            while not context.stopping:
                self._obey(context, POLL_S)
                self._round(context)
        finally:
            for name in list(self._stuck):
                self._unstick(name)

    def _enter(self) -> None:
        """LineRefused when the folder cannot be used."""
        try:
            real = self._path.resolve(strict=True)
            if not any(real.is_relative_to(root.resolve()) for root in self._roots):
                raise LineRefused("drop_not_below")
            with os.scandir(self._path):
                pass
        except (FileNotFoundError, NotADirectoryError) as error:
            raise LineRefused("drop_folder_missing") from error
        except OSError as error:
            raise LineRefused("drop_folder_unreadable") from error

    def _round(self, context: Context) -> None:
        """Everything that is complete now."""
        try:
            waiting, odd = self._folder.look(context.monotonic_ms())
        except FileNotFoundError as error:
            raise LineRefused("drop_folder_missing") from error
        except OSError as error:
            raise LineRefused("drop_folder_unreadable") from error
        self._say(context, odd)
        present = {one.name for one in waiting}
        for name in [name for name in self._stuck if name not in present]:
            self._unstick(name)
        for one in waiting:
            if context.stopping:
                return
            self._serve(one, context)
        context.degraded("drop_cannot_move" if self._stuck else self._limit)

    def _say(self, context: Context, odd: dict[str, str]) -> None:
        """What is no file: once for each."""
        for name, reason in odd.items():
            if self._odd.get(name) != reason:
                context.turned_away(_drop_folder.shown(name), reason)
        self._odd = odd

    def _serve(self, waiting: Waiting, context: Context) -> None:
        stuck = self._stuck.get(waiting.name)
        if stuck and stuck.identity == waiting.identity:
            if context.monotonic_ms() - stuck.tried_ms >= AGAIN_MS:
                self._move(waiting, stuck.taken, context)
            return
        identity, tried_ms = self._unread.get(waiting.name, (None, 0))
        if identity == waiting.identity and context.monotonic_ms() - tried_ms < REST_MS:
            return
        try:
            taken = self._take(waiting, context)
        except (Changed, Interrupted, FileNotFoundError):
            return  # it stays or has gone, and its turn comes again
        except NotKept:
            self._rest(waiting, context)
            return
        except OSError as error:
            if error.errno in _NOT_OURS:
                context.turned_away(_drop_folder.shown(waiting.name), "drop_unreadable")
            else:
                self._limit = "storage"
            self._rest(waiting, context)
            return
        self._limit = ""
        self._move(waiting, taken, context)

    def _rest(self, waiting: Waiting, context: Context) -> None:
        """Leave a file alone for a while."""
        self._unread[waiting.name] = (waiting.identity, context.monotonic_ms())

    def _take(self, waiting: Waiting, context: Context) -> Taken:
        try:
            copied, digest = self._folder.copy(waiting, self._options.file_mb_max * _MEGABYTE)
        except Problem as problem:
            return _drop_work.refused(context, _drop_folder.shown(waiting.name), problem)
        with copied:
            context.heard(copied.read(512))
            origin = (_drop_folder.shown(waiting.name), digest)
            return self._reader.take(context, origin, copied, lambda: self._obey(context))

    def _move(self, waiting: Waiting, taken: Taken, context: Context) -> None:
        folder = _drop_folder.DONE if taken.whole else _drop_folder.FAILED
        try:
            name = self._folder.finish(waiting, folder, taken.report)
        except CannotMove:
            if waiting.name not in self._stuck:
                log.warning("a file in %s was taken and cannot be moved", self._path)
            self._stuck[waiting.name] = Stuck(waiting.identity, taken, context.monotonic_ms())
            return
        self._stuck.pop(waiting.name, None)
        self._unread.pop(waiting.name, None)
        taken.report.close()
        now = context.occurred("", {}).occurred_ms or 0
        self._last.appendleft(
            {**taken.summary(), "at": to_iso(now), "is": f"{folder}/{_drop_folder.shown(name)}"}
        )

    def _unstick(self, name: str) -> None:
        self._stuck.pop(name).taken.report.close()

    def _obey(self, context: Context, wait_s: float = 0.0) -> None:
        """Answer who asks; also in the middle of a large file."""
        while order := context.order(wait_s):
            order.answer(self._answer(order, context))
            wait_s = 0.0

    def _answer(self, order: Order, context: Context) -> Result:
        if isinstance(order.args, Sample):
            try:
                raw = base64.b64decode(order.args.content, validate=True)
            except (binascii.Error, ValueError):
                return Result("failed", "command_invalid")
            name = order.args.name
            return Result("done", data=self._reader.try_out(context, name, io.BytesIO(raw)))
        return Result(
            "done",
            data={
                "folder": str(self._path),
                "files": list(self._last),
                "stuck": [one.taken.summary() for one in self._stuck.values()],
            },
        )

    def _remember(self) -> None:
        """What became of the last files, out of their reports."""
        self._last.clear()
        for path in self._folder.reports():
            if len(self._last) == FILES_SHOWN:
                return
            try:
                with path.open("rb") as report:
                    told = json.loads(report.readline(_SUMMARY_MAX))
            except (OSError, ValueError, RecursionError):
                continue  # not written by this house, or not to be read any more
            if isinstance(told, dict) and isinstance(told.get("file"), str):
                name = _drop_folder.shown(path.name.removesuffix(_drop_folder.REPORT))
                self._last.append({**told, "is": f"{path.parent.name}/{name}"})


def _below(folder: str, roots: Sequence[Path]) -> Path:
    """The folder that is meant; ValueError with a sentence when it is not below a root."""
    if not roots:
        raise ValueError("No folder is allowed: devices.drop_roots is empty.")
    path = Path(os.path.normpath(roots[0] / folder))
    if "\0" in folder or not any(path.is_relative_to(root) for root in roots):
        allowed = ", ".join(str(root) for root in roots)
        raise ValueError(f"The folder has to be below one of these: {allowed}.")
    return path


DRIVER = FileDrop
