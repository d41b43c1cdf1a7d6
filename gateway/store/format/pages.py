"""The pages of a database that is damaged: each as it was last written, or known to be lost."""

from pathlib import Path
from typing import Final

from gateway.kernel.page_sealing import PageCipher
from gateway.kernel.sealing import Keyring
from gateway.store.format import cells
from gateway.store.format.log_frames import frames

PAGE: Final = 4096
MAGIC: Final = b"SQLite format 3\x00"
_LOCK_PAGE: Final = 0x40000000 // PAGE + 1
_ROOT: Final = 1
_BELOW: Final = 5
_MAP_ENTRY: Final = 5


class Pages:
    """The file and the log beside it. ``salt`` stands in where the file's own beginning is gone."""

    def __init__(self, path: Path, keyring: Keyring, encryption: str, salt: bytes | None) -> None:
        self._file = path.open("rb")
        size = path.stat().st_size
        log = path.with_name(f"{path.name}-wal")
        self._log: dict[int, list[bytes]] = {}
        found = frames(log.read_bytes(), PAGE) if log.exists() else []
        for frame in found:
            self._log.setdefault(frame.page, []).append(frame.content)
        self.count = max(found[-1].pages if found else 0, (size + PAGE - 1) // PAGE)
        self._ciphers: list[PageCipher] = []
        self.usable = PAGE
        if encryption == "required":
            self.usable = PAGE - PageCipher.EXTRA_BYTES
            own = self._file.read(PageCipher.SALT_BYTES)
            salts = {one for one in (own, salt) if one}
            self._ciphers = [PageCipher(keyring.database_key, one) for one in sorted(salts)]
        self.lost: set[int] = set()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def read(self, number: int) -> bytes | None:
        """The plain bytes of a page, the newest of them that are whole; None when it is lost."""
        if not 0 < number <= self.count:
            return None
        self._file.seek((number - 1) * PAGE)
        for raw in (*reversed(self._log.get(number, ())), self._file.read(PAGE)):
            page = self._opened(number, raw)
            if page is not None:
                return page
        self.lost.add(number)
        return None

    def any_opens(self) -> bool:
        """Whether one page at least is what was written with our key."""
        return any(self.read(number) is not None for number in range(1, self.count + 1))

    def owner(self, number: int) -> tuple[bool, int] | None:
        """What the pointer map says of a page: (is it a root?, the page above it)."""
        at = (number - 2) // (self.usable // _MAP_ENTRY + 1) * (self.usable // _MAP_ENTRY + 1) + 2
        at += at == _LOCK_PAGE
        page = self.read(at) if at < number else None
        if page is None:
            return None
        start = _MAP_ENTRY * (number - at - 1)
        kind, above = page[start], int.from_bytes(page[start + 1 : start + _MAP_ENTRY])
        return (kind == _ROOT, above) if kind in (_ROOT, _BELOW) else None

    def _opened(self, number: int, raw: bytes) -> bytes | None:
        if len(raw) < PAGE:
            return None
        if self._ciphers:
            opened = (cipher.open(number, raw) for cipher in self._ciphers)
            return next((page for page in opened if page is not None), None)
        if number == 1 and (raw[:16] != MAGIC or raw[100] not in cells.KINDS):
            return None
        return raw
