"""The pages: what they may run, what a phone keeps of them, and when a new version is noticed."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from gateway.store.database import Store
from gateway.web.routes.site import Site
from tests.cast import World

IMPORT_MAP = '{"imports": {"preact": "/static/vendor/preact.js"}}'
FILES = {
    "index.html": """<!doctype html><!-- importmap -->
        <script type="module" src="/static/app/main.js"></script>""",
    "console/index.html": "<!doctype html><!-- importmap --><title>Console</title>",
    "console/main.js": "export {}",
    "app/main.js": "export {}",
    "app/types.d.ts": "export {}",
    "css/app.css": "body {}",
    "icons/icon.png": "png",
    "vendor/importmap.json": IMPORT_MAP + "\n",
    "vendor/preact.js": "export {}",
    "vendor/zxing_reader.wasm": "\0asm",
    "app/scan/reader.worker.js": "export {}",
    "sw.js": "// worker",
    "manifest.webmanifest": "{}",
    ".hidden": "no",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "static"


@pytest.fixture
def world(store: Store, folder: Path) -> World:
    return World(store, static=folder)


@pytest.mark.parametrize(
    ("path", "words"), [("/", "main.js"), ("/console", "Console"), ("/setup", "Console")]
)
def test_a_page_runs_nothing_but_our_files_and_its_import_map(
    world: World, path: str, words: str
) -> None:
    answer = world.nobody.get(path)
    assert answer.content_type == "text/html; charset=utf-8"
    assert words in answer.text
    assert f'<script type="importmap">{IMPORT_MAP}</script>' in answer.text
    digest = base64.b64encode(hashlib.sha256(IMPORT_MAP.encode()).digest()).decode()
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in str(policy)
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "waystation"
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }.items():
        assert answer.headers[name] == value


def test_a_page_names_every_module_it_needs_and_none_that_comes_later(folder: Path) -> None:
    modules = {
        "app/main.js": """import { render } from "preact";
            /** @type {import("./types.js").Nothing} */
            import {
              one,
            } from "./one.js";
            export * from "/static/app/two.js";
            const later = () => import("./later.js");""",
        "app/one.js": 'import{x}from"./parts/three.js";import{y as z}from"preact";',
        "app/two.js": "export const two = 'import nothing from here';",
        "app/parts/three.js": 'import "../two.js";\nimport "./missing.js";',
        "app/later.js": "export {}",
    }
    for name, text in modules.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    page = Site(folder).shells["/"].content.decode()
    # A module that is asked for before the import map is known could not be found by its name.
    named = re.findall(
        r'rel="modulepreload" href="/static/([^"]+)"', page.partition("importmap")[2]
    )
    assert sorted(named) == [
        "app/main.js",
        "app/one.js",
        "app/parts/three.js",
        "app/two.js",
        "vendor/preact.js",
    ]


def test_the_app_as_it_is_shipped_finds_all_it_needs_at_once() -> None:
    site = Site(Path(__file__).parents[2] / "static")
    for url in ("/", "/console"):
        page = site.shells[url].content.decode()
        for name in ("preact.js", "preact-hooks.js", "signals.js", "signals-core.js", "htm.js"):
            assert f'rel="modulepreload" href="/static/vendor/{name}"' in page, url


def test_text_travels_packed_to_whoever_takes_that(store: Store, folder: Path) -> None:
    (static := folder / "app" / "main.js").write_text("let x = 1;\n" * 99, "utf-8")
    world = World(store, static=folder)
    plain = world.nobody.get("/static/app/main.js")
    packed = world.nobody.get("/static/app/main.js", headers={"Accept-Encoding": "gzip, br"})
    assert plain.data == gzip.decompress(packed.data) == static.read_bytes()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]
    known = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert world.nobody.get("/static/app/main.js", headers=known).status_code == 304
    for path in ("/static/icons/icon.png", "/static/css/app.css"):
        answer = world.nobody.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers


def test_a_phone_keeps_its_own_app_and_nothing_of_the_console(world: World) -> None:
    answer = world.nobody.get("/precache.json").json
    assert answer is not None
    assert [file["url"] for file in answer["files"]] == [
        "/",
        "/manifest.webmanifest",
        "/static/app/main.js",
        "/static/app/scan/reader.worker.js",
        "/static/css/app.css",
        "/static/icons/icon.png",
        "/static/vendor/importmap.json",
        "/static/vendor/preact.js",
    ]


def test_the_cameras_reader_is_kept_once_there_is_time_and_nothing_else_may_compile(
    world: World,
) -> None:
    listed = world.nobody.get("/precache.json").json
    assert listed is not None
    assert [file["url"] for file in listed["later"]] == ["/static/vendor/zxing_reader.wasm"]
    policies = {
        path: world.nobody.get(path).headers["Content-Security-Policy"]
        for path in ("/", "/console", "/sw.js", "/static/app/main.js")
    }
    assert "wasm-unsafe-eval" not in str(policies)
    answer = world.nobody.get("/static/app/scan/reader.worker.js")
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert world.nobody.get(listed["later"][0]["url"]).content_type == "application/wasm"


def test_every_file_a_phone_keeps_is_there_and_has_the_hash_that_is_listed(world: World) -> None:
    listed = world.nobody.get("/precache.json").json
    assert listed is not None
    for file in listed["files"] + listed["later"]:
        answer = world.nobody.get(file["url"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest().startswith(file["hash"])


def test_a_changed_file_makes_a_new_build_and_a_new_worker(folder: Path) -> None:
    before = Site(folder)
    assert Site(folder).build == before.build
    (folder / "app" / "main.js").write_text("export const fresh = 1", "utf-8")
    after = Site(folder)
    assert after.build != before.build
    old, new = before.worker(), after.worker()
    assert old is not None
    assert new is not None
    assert old.content != new.content
    assert new.content.startswith(b"// worker")


def test_a_change_of_the_console_leaves_the_phones_alone(folder: Path) -> None:
    before = Site(folder).build
    (folder / "console" / "main.js").write_text("export const fresh = 1", "utf-8")
    assert Site(folder).build == before


def test_the_worker_may_look_after_the_whole_origin(world: World) -> None:
    answer = world.nobody.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.content_type == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/static/app/main.js", "text/javascript; charset=utf-8"),
        ("/static/css/app.css", "text/css; charset=utf-8"),
        ("/static/icons/icon.png", "image/png"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_a_file_says_what_it_is(world: World, path: str, media_type: str) -> None:
    assert world.nobody.get(path).content_type == media_type


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    first = world.nobody.get("/static/app/main.js")
    again = world.nobody.get(
        "/static/app/main.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.js",
        "/static/.hidden",
        "/static/../run.py",
        "/static/%2e%2e/run.py",
        "/static/..%2frun.py",
        "/static//app/main.js",
        "/static/app",
    ],
)
def test_nothing_else_is_served(world: World, path: str) -> None:
    answer = world.nobody.get(path)
    assert answer.status_code == 404
    assert "run.py" not in answer.text


def test_the_pages_go_with_the_build_that_a_session_names(world: World) -> None:
    listed = world.nobody.get("/precache.json").json
    session = world.ana.get("/api/v1/session").json
    assert listed is not None
    assert session is not None
    assert session["gateway"]["build"] == listed["build"]


def test_a_gateway_without_the_web_app_still_serves_its_api(store: Store, tmp_path: Path) -> None:
    world = World(store, static=tmp_path / "nothing")
    assert world.nobody.get("/").status_code == 404
    assert world.nobody.get("/healthz").status_code == 200
    assert json.loads(world.nobody.get("/precache.json").data)["files"] == []
