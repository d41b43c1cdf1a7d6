"""Which version of the gateway this is (that of ``pyproject.toml``, which a running one lacks)."""

from typing import Final

VERSION: Final = "0.1.0"
