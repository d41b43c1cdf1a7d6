"""The tables of a site's own fields, as they were written: the kinds of record judge them."""

from collections.abc import Mapping
from typing import NamedTuple

SECTION = "fields"


class SiteFields(NamedTuple):
    """``tables`` is what stands under ``fields``, by kind; ``origin`` the file it stands in."""

    tables: Mapping[str, object] = {}
    origin: str = ""
