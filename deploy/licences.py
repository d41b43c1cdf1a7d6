"""Under which licence each part comes, as its own metadata says, in the words of SPDX."""

import re
from importlib.metadata import Distribution

from deploy.parts import Part, by_name, javascript

# What metadata says in other words.
WORDS = {
    "Apache 2 License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
# Of which kind of collection it may be part, and no licence.
NONE = ("OSI Approved", "DFSG approved")
# Their metadata names no licence; the file beside it holds this one.
BY_FILE = {"peewee": "MIT", "pyrage": "MIT", "sqlcipher3": "Zlib"}
# They let the whole be handed on under any licence; MPL asks back what is changed in its own files.
ALLOWED = frozenset(
    "0BSD Apache-2.0 BSD BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-0 MIT-CMU MPL-2.0 PSF-2.0"
    " Unlicense Zlib".split()
)
# Not on the list, and used all the same.
_WEAK = "a package of its own, unchanged, which anybody may replace: that is all the licence asks"
EXCEPTIONS = {
    "asyncssh": ("EPL-2.0 OR GPL-2.0-or-later", f"taken under the EPL; {_WEAK}"),
    "psycopg": ("LGPL-3.0-only", _WEAK),
    "psycopg-binary": ("LGPL-3.0-only", _WEAK),
    "python-stdnum": ("LGPL-2.1-or-later", _WEAK),
    "zeroconf": ("LGPL-2.1-or-later", _WEAK),
}


def licence(part: Part) -> str:
    """An expression of SPDX (or the word BSD, where nobody says which); empty if none is told."""
    if part.market == "npm":
        return str(javascript()[part.name].get("license", "")).strip("()")
    return BY_FILE.get(part.name) or _told(by_name()[part.name])


def allowed(expression: str) -> bool:
    """Whether a licence is on the list: with OR one of them, with AND each."""
    choices = [re.split(r" AND ", one) for one in expression.split(" OR ")]
    return any(all(name.strip("() ") in ALLOWED for name in choice) for choice in choices)


def _told(one: Distribution) -> str:
    told = one.metadata
    if expression := told.get_all("License-Expression"):
        return str(expression[0])
    classes = [text for text in told.get_all("Classifier") or [] if text.startswith("License ::")]
    names = [text.rpartition(" :: ")[2] for text in classes]
    named = [WORDS.get(name, name) for name in names if name not in NONE]
    # Some write the whole text there.
    short = str((told.get_all("License") or [""])[0]).partition("\n")[0][:60]
    return " OR ".join(named) or WORDS.get(short, short)
