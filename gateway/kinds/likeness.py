"""When two customers look like one: the traits that are compared, and what each of them weighs.

A weight is in bits: what has +5 is seen 32 times as often between two entries of one customer as
between two customers. ``make bench-duplicates`` measures what comes of it. Equal tax numbers
decide alone; the same phone and street never do: two outlets of one company share both.
"""

from gateway.kernel.matching import Matching, Trait
from gateway.kernel.measures import BLIND, CODE, EMAIL, NAME, PHONE, PLACE, SITE, STREET, TAX

CUSTOMER = Matching(
    prior=-6.0,
    strong=0.5,
    weak=0.04,
    blocks=(("name",), ("tax_id",), ("number",), ("phone",), ("email",), ("site",), ("bank",)),
    traits=(
        Trait(
            code="name",
            measure=NAME,
            fields=("legal_name", "trade_name"),
            levels=((0.99, 8.5), (0.96, 7.5), (0.9, 6.5), (0.82, 4.0), (0.74, 2.0), (0.62, -0.5)),
            differs=-5.0,
        ),
        Trait(
            code="tax_id",
            measure=TAX,
            fields=("tax_id",),
            levels=((1.0, 20.0), (0.9, 3.0)),
            differs=-8.0,
            decides=True,
        ),
        Trait(
            code="number",
            measure=CODE,
            fields=("registration_number", "erp_number"),
            levels=((1.0, 9.0),),
            differs=-4.0,
        ),
        Trait(
            code="phone",
            measure=PHONE,
            fields=("phone", "mobile", "contacts.phone", "contacts.mobile"),
            levels=((1.0, 6.0),),
            differs=-1.5,
        ),
        Trait(
            code="email",
            measure=EMAIL,
            fields=("email", "contacts.email"),
            levels=((1.0, 9.0), (0.9, 7.0), (0.6, 4.0)),
            differs=-2.0,
        ),
        Trait(code="site", measure=SITE, fields=("website",), levels=((1.0, 6.0),), differs=-1.5),
        Trait(
            code="bank",
            measure=BLIND,
            fields=("bank_accounts.iban", "bank_accounts.account_number"),
            levels=((1.0, 10.0),),
            differs=-1.0,
        ),
        Trait(
            code="city",
            measure=PLACE,
            fields=("addresses.city",),
            levels=((0.92, 3.5),),
            differs=-5.5,
        ),
        Trait(
            code="street",
            measure=STREET,
            fields=("addresses.street",),
            levels=((0.9, 5.0), (0.75, 2.0)),
            differs=-2.0,
        ),
    ),
)
