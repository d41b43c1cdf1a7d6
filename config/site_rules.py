"""The tables of a site's rules of survivorship, as they were written: the kinds judge them."""

from collections.abc import Mapping
from typing import NamedTuple

SECTION = "survivorship"


class SiteRules(NamedTuple):
    """``tables`` is what stands under ``survivorship``, by kind; ``origin`` the site's file."""

    tables: Mapping[str, object] = {}
    origin: str = ""
