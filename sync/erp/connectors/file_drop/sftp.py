"""A folder at the other end of an SFTP line (OpenSSH's, protocol 3).

The server shows the one host key that the settings name, or nothing is said to it; we show one key
file. Neither ~/.ssh nor an agent nor a password is asked for anything.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import PurePosixPath
from typing import TypeVar, cast

import asyncssh

from config.schema import FileDropSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble
from sync.erp.connectors.file_drop.place import ANSWER_BYTES_MAX, ASIDE

T = TypeVar("T")
_NO_KEY = (asyncssh.KeyImportError, FileNotFoundError, PermissionError)


class Sftp:
    """A folder of a server; the line is open from the beginning until ``close``."""

    def __init__(self, settings: FileDropSettings, timeout_s: float) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._path = PurePosixPath(settings.sftp_folder or ".")
        self._runner = asyncio.Runner()
        self._line: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient
        try:
            self._carry(self._open)
        except Trouble:
            self.close()
            raise

    def about(self) -> str:
        """Its address."""
        told = self._settings
        return f"sftp://{told.sftp_user}@{told.sftp_host}:{told.sftp_port}/{self._path}"

    def marks(self) -> set[str]:
        """Names of files that were put there before."""

        async def listed() -> list[str]:
            return [str(name) for name in await self._client.listdir(str(self._path / ASIDE))]

        names = self._carry(listed)
        return {name for name in names if not name.startswith(".") and not name.endswith(".part")}

    def put(self, name: str, content: bytes) -> None:
        """Written aside, synced where the server can, and renamed."""

        async def written() -> None:
            part = str(self._path / ASIDE / f"{name}.part")
            await self._write(part, content)
            # Unlike the protocol's own rename this replaces a file of that name: a repeat of ours.
            await self._client.posix_rename(part, str(self._path / name))
            await self._write(str(self._path / ASIDE / name), b"")

        self._carry(written)

    def forget(self, name: str) -> None:
        """Keep no longer that a file was put there."""

        async def gone() -> None:
            await self._client.remove(str(self._path / ASIDE / name))

        self._carry(gone)

    def read(self, name: str) -> bytes | None:
        """The bytes of an answer; None while there is none."""

        async def found() -> bytes | None:
            try:
                async with self._client.open(str(self._path / name), "rb") as file:
                    return cast(bytes, await file.read(ANSWER_BYTES_MAX))
            except asyncssh.SFTPNoSuchFile:
                return None

        return self._carry(found)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.abort()
        self._runner.close()

    async def _open(self) -> None:
        told = self._settings
        try:
            pinned = asyncssh.import_public_key(told.sftp_host_key)
        except (asyncssh.KeyImportError, ValueError) as error:
            raise Trouble(Problem("drop_host_key", host=told.sftp_host)) from error
        self._line = await asyncssh.connect(
            told.sftp_host,
            told.sftp_port,
            username=told.sftp_user,
            client_keys=[told.sftp_key],
            known_hosts=([pinned], [], []),
            config=None,
            agent_path=None,
            preferred_auth="publickey",
            connect_timeout=self._timeout_s,
            login_timeout=self._timeout_s,
        )
        self._client = await self._line.start_sftp_client()
        if not await self._client.isdir(str(self._path)):
            raise Trouble(Problem("drop_missing", folder=self.about()))
        await self._client.makedirs(str(self._path / ASIDE), exist_ok=True)

    async def _write(self, path: str, content: bytes) -> None:
        async with self._client.open(path, "wb") as file:
            await file.write(content)
            await _sync(file)

    def _carry(self, work: Callable[[], Awaitable[T]]) -> T:
        async def timed() -> T:
            return await asyncio.wait_for(work(), self._timeout_s)

        try:
            return self._runner.run(timed())
        except (OSError, asyncssh.Error) as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> Trouble:
        host = self._settings.sftp_host
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return Trouble(Problem("drop_host_key", host=host))
        if isinstance(error, (*_NO_KEY, asyncssh.PermissionDenied)):
            return Trouble(Problem("drop_sign_in", host=host, user=self._settings.sftp_user))
        if isinstance(error, asyncssh.SFTPError) and not isinstance(
            error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection
        ):
            return Trouble(Problem("drop_failed", folder=self.about(), reason=error.reason))
        if isinstance(error, TimeoutError):
            return Trouble(Problem("erp_silent"), is_unsure=True)
        return Trouble(Problem("erp_unreachable", reason=f"no SFTP line to {host}"), is_unsure=True)


async def _sync(file: asyncssh.SFTPClientFile) -> None:
    try:
        await file.fsync()
    except asyncssh.SFTPOpUnsupported:
        return  # a server without fsync@openssh.com: its disk is its own affair
