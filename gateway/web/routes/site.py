"""The web app's files: which there are, what is in them, and the pages they are served in."""

import base64
import gzip
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from gateway.kernel.canonical import sha256, sha256_hex
from gateway.web.routes import imports

IMPORT_MAP = "<!-- importmap -->"
HASH_LENGTH = 16
SHELLS = {"/": "index.html", "/console": "console/index.html", "/trust": "trust/index.html"}
# Not wanted on a phone: the console, the page about trust, type declarations, and the worker,
# which fetches itself.
LEFT_OUT_FOLDERS = ("console", "trust")
LEFT_OUT_SUFFIXES = (".d.ts", ".map", ".md", ".txt")
# The camera's code reader: fetched when nothing else is going on, and not at all where the browser
# reads codes by itself. The worker is the one file that may compile it.
FETCHED_LATER = ("vendor/zxing_reader.js", "vendor/zxing_reader.wasm")
READER = "app/scan/reader.worker.js"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


# Pictures are packed already; the reader travels once, and counts most.
PACKED_TYPES = frozenset(TYPES.values())


@dataclass(frozen=True)
class File:
    """One file of the web app as it is served."""

    content: bytes
    media_type: str

    @cached_property
    def digest(self) -> str:
        """What its content is known by, for caches."""
        return sha256_hex(self.content)[:HASH_LENGTH]

    @cached_property
    def packed(self) -> bytes | None:
        """The content as gzip, made when it is first wanted; None where that saves nothing."""
        if self.media_type not in PACKED_TYPES:
            return None
        shorter = gzip.compress(self.content, mtime=0)
        return shorter if len(shorter) < len(self.content) else None


class Site:
    """Everything under a folder of static files, as it is at this moment.

    ``build`` names that version; it changes with any file of the phone's app.
    """

    def __init__(self, folder: Path) -> None:
        self._import_map = _import_map(folder)
        self.files = dict(_files(folder))
        self.shells = {
            url: File(self._with_modules(self.files[name].content), TYPES[".html"])
            for url, name in SHELLS.items()
            if name in self.files
        }
        listed, later = self._listed(), self._listed_later()
        lines = "".join(f"{url} {digest}\n" for url, digest in listed + later)
        self.build = sha256_hex(lines.encode())[:12]
        self.precache = {
            "build": self.build,
            "files": [{"url": url, "hash": digest} for url, digest in listed],
            "later": [{"url": url, "hash": digest} for url, digest in later],
        }

    def policy(self, name: str = "") -> str:
        """The content security policy of a file under the folder, or of a page."""
        return _policy(self._import_map, "'wasm-unsafe-eval'" if name == READER else "")

    def worker(self) -> File | None:
        """The service worker. The build at its end makes browsers notice every new version."""
        file = self.files.get("sw.js")
        if file is None:
            return None
        return File(file.content + f"\n// build {self.build}\n".encode(), file.media_type)

    def _with_modules(self, page: bytes) -> bytes:
        """The page with the import map, and with every module it needs named in its head: asked for
        at once, and not each when the one before it has been read.
        """
        needed = imports.of_page(page.decode(), self._import_map.decode(), self._text)
        links = "".join(
            f'\n    <link rel="modulepreload" href="/static/{name}" />' for name in needed
        )
        return page.replace(IMPORT_MAP.encode(), _script(self._import_map) + links.encode())

    def _text(self, name: str) -> str | None:
        file = self.files.get(name)
        return file.content.decode() if file else None

    def _listed(self) -> list[tuple[str, str]]:
        listed = [
            (f"/static/{name}", file.digest)
            for name, file in self.files.items()
            if _precached(PurePosixPath(name))
        ]
        if "/" in self.shells:
            listed.append(("/", self.shells["/"].digest))
        if "manifest.webmanifest" in self.files:
            listed.append(("/manifest.webmanifest", self.files["manifest.webmanifest"].digest))
        return sorted(listed)

    def _listed_later(self) -> list[tuple[str, str]]:
        return [
            (f"/static/{name}", file.digest)
            for name, file in self.files.items()
            if name in FETCHED_LATER
        ]


@cache
def served(folder: Path) -> Site:
    """What is under a folder, read once: a process serves one version of it."""
    return Site(folder)


def _files(folder: Path) -> Iterator[tuple[str, File]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            yield name, File(path.read_bytes(), _media_type(path))


def _media_type(path: Path) -> str:
    known = TYPES.get(path.suffix)
    return known or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _precached(name: PurePosixPath) -> bool:
    own_address = str(name) in ("sw.js", "manifest.webmanifest", "index.html")
    left_out = name.parts[0] in LEFT_OUT_FOLDERS or str(name).endswith(LEFT_OUT_SUFFIXES)
    return not own_address and not left_out and str(name) not in FETCHED_LATER


def _import_map(folder: Path) -> bytes:
    path = folder / "vendor" / "importmap.json"
    return path.read_bytes().strip() if path.exists() else b'{"imports": {}}'


def _script(import_map: bytes) -> bytes:
    return b'<script type="importmap">' + import_map + b"</script>"


def _policy(import_map: bytes, more: str) -> str:
    """Only our own files run, and text never becomes script; styles come from files."""
    digest = base64.b64encode(sha256(import_map)).decode()
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'sha256-{digest}' {more}".strip(),
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types waystation",
        )
    )
