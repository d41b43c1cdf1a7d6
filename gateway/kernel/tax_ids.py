"""Tax numbers, judged by the rules of their country."""

import re
from dataclasses import dataclass

import stdnum
from stdnum.exceptions import ValidationError

from gateway.kernel import formats
from gateway.kernel.problems import Problem

# Countries whose tax authority uses other numbers than one called VAT, or several beside it.
_TAX_FORMS: dict[str, tuple[str, ...]] = {
    "CN": ("uscc",),
    "DE": ("vat", "stnr"),
    "FR": ("vat", "siren", "siret"),
    "IT": ("vat", "codicefiscale"),
    "US": ("ein", "tin"),
    "ZA": ("tin",),
}
_tax_shape = re.compile(r"[0-9A-Z][0-9A-Z./ -]{2,30}[0-9A-Z]")


@dataclass(frozen=True, slots=True)
class TaxId:
    """``checked`` is False where no check exists for the country's numbers."""

    text: str
    checked: bool


def number(text: str, country: str) -> TaxId:
    """A tax number in the compact form of its country; Problem tax_id_invalid."""
    plain = formats.name(text).upper()
    names = _TAX_FORMS.get(country, ("vat",))
    forms = [stdnum.get_cc_module(country.lower(), name) for name in names]
    known = [form for form in forms if form is not None]
    for form in known:
        try:
            return TaxId(str(form.validate(plain)), checked=True)
        except ValidationError:
            continue
    if known or not _tax_shape.fullmatch(plain):
        raise Problem("tax_id_invalid", country=country)
    return TaxId(plain, checked=False)
