"""What an ERPNext needs once: our id as a unique field of each document type that we write to."""

from collections.abc import Iterator

from sync.erp.connectors.erpnext.client import Client
from sync.erp.connectors.erpnext.models import ID, LINKED, NUMBER
from sync.erp.mapping.model import ErpMapping

LABELS = {ID: "Waystation ID", NUMBER: "Waystation Number"}


def prepared(client: Client, mapping: ErpMapping) -> Iterator[str]:
    """Add what is missing; a sentence for each field, Trouble and Refusal of the line.

    Asked again it adds nothing. It needs the right to change Custom Fields (System Manager).
    """
    wanted = {(model, ID) for model in LINKED.values()}
    for table in mapping.tables:
        wanted |= {(table.model, name) for name in (table.id, table.number) if name in LABELS}
    for model, name in sorted(wanted):
        is_new = client.add_field(model, name, LABELS[name])
        yield f"{model}: {name} {'was added' if is_new else 'is there'}."
