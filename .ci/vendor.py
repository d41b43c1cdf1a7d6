"""Copies the web app's packages from node_modules into static/vendor, where browsers find them.

There is no build step: the files are the packages' own ES modules, unchanged, and importmap.json
tells the server under which names the app imports them. What comes as one script that sets a
global gets a last line that exports it; it is imported by its path.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# The name in an import, the module of the package, and its name in static/vendor.
MODULES = (
    ("@preact/signals", "@preact/signals/dist/signals.module.js", "signals.js"),
    ("@preact/signals-core", "@preact/signals-core/dist/signals-core.module.js", "signals-core.js"),
    ("htm", "htm/dist/htm.module.js", "htm.js"),
    ("preact", "preact/dist/preact.mjs", "preact.js"),
    ("preact/hooks", "preact/hooks/dist/hooks.mjs", "preact-hooks.js"),
)
# What runs in a worker too is imported by its path, because import maps do not reach workers: the
# module of the package, its name in static/vendor, and where its types are.
BY_PATH = (("idb/build/index.js", "idb.js", "idb"),)
# The script of a package, its name in static/vendor, and what the app takes from its global.
SCRIPTS = (
    (
        "libphonenumber-js/bundle/libphonenumber-min.js",
        "libphonenumber.js",
        "export const { parsePhoneNumberFromString } = globalThis.libphonenumber;\n",
    ),
    (
        "zxing-wasm/dist/iife/reader/index.js",
        "zxing_reader.js",
        "export const { prepareZXingModule, readBarcodes } = ZXingWASM;\n",
    ),
)
BINARIES = (("zxing-wasm/dist/reader/zxing_reader.wasm", "zxing_reader.wasm"),)


def main() -> None:
    """Fill static/vendor; what no longer belongs there goes."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    texts = {target: (PACKAGES / source).read_text("utf-8") for _, source, target in MODULES}
    imports = {name: f"/static/vendor/{target}" for name, _, target in MODULES}
    for source, target, types in BY_PATH:
        texts[target] = (PACKAGES / source).read_text("utf-8")
        texts[target.removesuffix(".js") + ".d.ts"] = f'export * from "{types}";\n'
    for source, target, export in SCRIPTS:
        script = (PACKAGES / source).read_text("utf-8").partition("\n//# sourceMappingURL")[0]
        texts[target] = f"// @ts-nocheck\n{script}\n{export}"
    texts["importmap.json"] = json.dumps({"imports": imports}, indent=2) + "\n"
    files = {target: text.encode() for target, text in texts.items()}
    files |= {target: (PACKAGES / source).read_bytes() for source, target in BINARIES}
    for target, content in files.items():
        write(VENDOR / target, content)
    for path in VENDOR.iterdir():
        if path.name not in files:
            path.unlink()


def write(target: Path, content: bytes) -> None:
    """A file that has its name only when it is complete, because a server may be reading it."""
    draft = target.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(target)


if __name__ == "__main__":
    main()
