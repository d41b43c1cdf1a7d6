"""Labels of variable measure as the GS1 organisations of some countries lay them down (pure data).

A site takes a table by the line ``country SE`` among its label rules; nothing is assumed from where
a shop stands, because prefixes 02 and 20 to 29 belong to whoever prints them. Rules that the site
has written itself come first where they stand above that line. Sources: the pages of GS1 Sweden,
Denmark, Finland, Latvia, Germany and UK on variable measure numbers, as biip 5.2 (Apache-2.0) cites
them; the GS1 General Specifications, section 2.1.12 for North America; for China the layouts that
its shop scales print. Norway has no written rule; its goods follow the Swedish one.
"""

from collections.abc import Mapping
from typing import Final

_NORDIC_WEIGHTS: Final = (
    "23 item:6 weight:4.3kg check ; 2312345601254 item=123456 weight=0.125kg",
    "24 item:6 weight:4.2kg check ; 2412345601251 weight=1.25kg",
    "25 item:6 weight:4.1kg check ; 2512345601258 weight=12.5kg",
)
_NORDIC: Final = (
    "20 item:6 price:4.2 check ; 2012345601253 item=123456 price_minor=125",
    "21 item:6 price:4.1 check ; 2112345601250 price_minor=1250",
    "22 item:6 price:4 check ; 2212345601257 price_minor=12500",
    *_NORDIC_WEIGHTS,
)
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "CN": (
        "2 plu:6 amount:5.2 check ; 2123456012507 plu=123456 amount_minor=1250",
        "26 plu:5 amount:5.2 weight:5.3kg check ; 261234501250005758 plu=12345 amount_minor=1250"
        " weight=0.575kg",
    ),
    "DE": (
        "22 item:4 verifier:1 price:5.2 check ; 2212347012501 item=1234 price_minor=1250",
        "23 item:4 verifier:1 price:5.2 check",
        "25 item:4 verifier:1 count:5 check ; 2512349000125 count=12",
        "26 item:4 verifier:1 count:5 check",
        "28 item:4 verifier:1 weight:5.3kg check ; 2812347012503 weight=1.250kg",
        "29 item:4 verifier:1 weight:5.3kg check",
    ),
    "DK": (
        *(f"{prefix} item:4 price:6.2 check" for prefix in (21, 22, 23, 24)),
        "26 item:4 weight:6.3kg check ; 2612340012506 weight=1.250kg",
        "27 item:5 weight:5.3kg check ; 2712345012508 weight=1.250kg",
        "28 item:4 weight:6.3kg check",
    ),
    "EE": _NORDIC_WEIGHTS,
    "FI": _NORDIC_WEIGHTS,
    "GB": ("20 item:5 verifier:1 price:4.2 check ; 2012345301252 item=12345 price_minor=125",),
    "LT": _NORDIC_WEIGHTS,
    "LV": _NORDIC_WEIGHTS,
    "NO": _NORDIC,
    "SE": _NORDIC,
    "US": (
        "2 item:5 verifier:1 price:4.2 check ; 212345301258 item=12345 price_minor=125",
        "02 item:5 verifier:1 price:4.2 check ; 0212345301258 item=12345 price_minor=125",
    ),
}
