"""What a complete customer has, and how much each part of it matters."""

from typing import Final

from gateway.records.model.standard import Standard, Want

_COMPANY: Final = ("type", "company")

# Weights: 5 without it nobody can be served, 3 invoices and calls need it, 2 makes work easier,
# 1 is good to know.
CUSTOMER: Final = Standard(
    (
        Want(("legal_name",), 5),
        Want(("country",), 3),
        Want(("tax_id",), 3, when=_COMPANY),
        Want(("phone", "mobile", "contacts.phone", "contacts.mobile"), 5),
        Want(("email", "contacts.email"), 3),
        Want(("addresses.city",), 3),
        Want(("addresses.street",), 3),
        Want(("addresses.postal_code",), 2),
        Want(("contacts.name",), 3, when=_COMPANY),
        Want(("contacts.role",), 1, when=_COMPANY),
        Want(("category",), 1),
        Want(("industry",), 1),
        Want(("territory",), 2),
        Want(("language",), 1),
        Want(("payment_method",), 1),
        Want(("preferred_channel",), 1),
    )
)
