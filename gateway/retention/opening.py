"""Every sort of personal data that has a term, put together."""

from collections.abc import Callable

from config.schema import RetentionSettings
from gateway.attachments.attachments import Attachments
from gateway.records.records import Records
from gateway.retention.customers import Customers
from gateway.retention.imports import Imports
from gateway.retention.phones import Phones
from gateway.retention.photos import Photos
from gateway.retention.retention import Retention
from gateway.retention.sent import Refused, Repeats
from gateway.retention.visits import Visits
from gateway.store.rows import Rows


def opened(
    settings: RetentionSettings,
    records: Records,
    attachments: Attachments,
    needed: Callable[[Rows], int],
) -> Retention:
    """The retention of one house; ``needed`` is the journal entry from which the ERP still needs
    what stands there.
    """
    sorts = (
        Customers(settings.customers_months, lambda: records.engine, needed),
        Visits(settings.visits_months, records.forgetting, needed),
        Photos(settings.photos_months, attachments.clean),
        Refused(settings.refused_months),
        Repeats(settings.refused_months),
        Imports(settings.imports_months),
        Phones(settings.phones_months),
    )
    return Retention(records.store, settings, sorts)
