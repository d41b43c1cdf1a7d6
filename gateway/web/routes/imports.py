"""Which modules a page needs before it runs: found once, so that a browser need not find them one
after the other (pure).
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator

# A type named in a JSDoc comment is no import, and import("...") is for later.
_COMMENT = re.compile(r"/\*\*[\s\S]*?\*/")
_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b\s*(?:[\w$\s{},*]*?\bfrom\s*)?["']([^"']+)["']""", re.M
)
_MINIFIED = re.compile(r"""[;}]import\s*[\w$\s{},*]*?\bfrom\s*["']([^"']+)["']""")
_ENTRY = re.compile(r'<script type="module" src="/static/([^"]+)">')

Read = Callable[[str], str | None]


def of_page(page: str, import_map: str, read: Read) -> list[str]:
    """The modules that the page's own script needs, itself first, in the order they are met.

    Names are paths under /static/; ``read`` gives the text of one, None where there is none.
    """
    names = {
        name: address.removeprefix("/static/")
        for name, address in json.loads(import_map).get("imports", {}).items()
    }
    found: dict[str, None] = {}
    waiting = _ENTRY.findall(page)
    while waiting:
        module = waiting.pop(0)
        text = None if module in found else read(module)
        if text is not None:
            found[module] = None
            waiting.extend(_imports(module, text, names))
    return list(found)


def _imports(module: str, text: str, names: dict[str, str]) -> Iterator[str]:
    plain = _COMMENT.sub("", text)
    for specifier in [*_IMPORT.findall(plain), *_MINIFIED.findall(plain)]:
        if specifier.startswith("."):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(module), specifier))
        elif specifier.startswith("/static/"):
            yield specifier.removeprefix("/static/")
        elif specifier in names:
            yield names[specifier]
