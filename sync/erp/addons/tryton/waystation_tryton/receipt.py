"""What a gateway had made here, under the gateway's own keys: each key once, whoever asks."""

from collections import defaultdict

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelStorage, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.model.modelsql import SQLConstraintError
from trytond.pool import Pool
from trytond.protocols.wrappers import HTTPStatus, abort
from trytond.rpc import RPC
from trytond.transaction import inactive_records, without_check_access

_CHANGES = ("create", "write", "delete", "copy", "import_data")


class Receipt(ModelSQL, ModelView):
    """A key of a gateway, and the record that was made for it."""

    __name__ = "waystation.receipt"

    key = fields.Char("Key", required=True, readonly=True)
    resource = fields.Reference("Record", selection="get_models", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            ("key_unique", Unique(table, table.key), "waystation.msg_key_unique")
        )
        # A receipt is made by apply alone, and stays what it is.
        for name in _CHANGES:
            cls.__rpc__.pop(name, None)
        cls.__rpc__["ready"] = RPC()
        cls.__rpc__["apply"] = RPC(readonly=False)

    @classmethod
    def get_models(cls):
        named = Pool().get("ir.model").get_name_items((ModelStorage, ModelView))
        return [(None, ""), *named]

    @classmethod
    def ready(cls):
        """Whether whoever asks may call ``apply``."""
        access = Pool().get("ir.model.access")
        return bool(access.check(cls.__name__, "create", raise_exception=False))

    @classmethod
    def apply(cls, operations):
        """Make records and take their first steps: all of it or nothing, and each key only once.

        An operation is a dictionary:

        - ``key``: what the gateway calls it.
        - ``model`` and ``values``: the record to create, unless one was created for this key.
        - ``steps``: for each state the buttons to press then, such as
          ``{"draft": ["quote", "confirm"]}``; ``field`` names the field of the state ("state").
        - ``expect``: values of the record without which no button is pressed.
        - ``read``: fields to answer with.

        The answer has a dictionary for each operation, in order: ``id``; ``created``, false for a
        key that was known; ``fields``. ``id`` and ``fields`` are None where somebody deleted the
        record since: it is not made again.

        Answers HTTP 409 while another call is at work on one of the keys: then ask again.
        """
        Pool().get("ir.model.access").check(cls.__name__, "create")
        by_model = defaultdict(list)
        for operation in operations:
            by_model[operation["model"]].append(operation)
        found = {}
        try:
            for name, wanted in by_model.items():
                found.update(cls._apply(_model(name), wanted))
        except AccessError as error:
            # REST answers those with a bare 403, as if the key were wrong.
            raise UserError(error.message, error.description) from error
        return [found[operation["key"]] for operation in operations]

    @classmethod
    def _apply(cls, model, operations):
        """The answers for operations on one model, by key."""
        made = cls._stored([one["key"] for one in operations])
        fresh = {one["key"]: one for one in operations if one["key"] not in made}
        if fresh:
            made.update(cls._create(model, list(fresh.values())))
        ids = [id for id in made.values() if id is not None]
        # Notes may be read by who may read what they are on, and be searched by nobody.
        with inactive_records(), without_check_access():
            there = {record.id for record in model.search([("id", "in", ids)])}
        standing = [one for one in operations if made[one["key"]] in there]
        _press(model, [(one, made[one["key"]]) for one in standing])
        names = {name for one in standing for name in one.get("read", ())}
        rows = {row["id"]: row for row in model.read(sorted(there), ["id", *sorted(names)])}
        return {
            key: {"id": id, "created": key in fresh, "fields": rows.get(id)}
            for key, id in made.items()
        }

    @classmethod
    @without_check_access
    def _stored(cls, keys):
        """The ids of the records that were made for some of the keys."""
        found = cls.search([("key", "in", keys)])
        return {one.key: one.resource.id if one.resource else None for one in found}

    @classmethod
    def _create(cls, model, operations):
        """Take the keys first: whoever comes second waits here and then stops."""
        with without_check_access():
            try:
                receipts = cls.create([{"key": one["key"]} for one in operations])
            except SQLConstraintError:
                abort(HTTPStatus.CONFLICT, gettext("waystation.msg_key_unique"))
        records = model.create([one["values"] for one in operations])
        with without_check_access():
            told = []
            for receipt, record in zip(receipts, records, strict=True):
                told += [[receipt], {"resource": str(record)}]
            cls.write(*told)
        return {receipt.key: record.id for receipt, record in zip(receipts, records, strict=True)}


def _model(name):
    """A model that may be created from outside, as the client of a person could."""
    model = Pool().get(name)
    if not issubclass(model, ModelStorage) or "create" not in model.__rpc__:
        raise UserError(gettext("waystation.msg_not_for_creation", model=name))
    return model


def _press(model, operations):
    """Press the buttons of each record's state; of records in one state at once."""
    groups = defaultdict(list)
    for operation, id in operations:
        record, steps = model(id), operation.get("steps") or {}
        state = getattr(record, operation.get("field", "state")) if steps else None
        if steps.get(state) and _holds(record, operation.get("expect") or {}):
            groups[tuple(steps[state])].append(id)
    for buttons, ids in groups.items():
        for button in buttons:
            known = model._buttons  # noqa: SLF001 (Tryton's own way of telling them)
            if button not in known or button not in model.__rpc__:
                told = {"model": model.__name__, "button": button}
                raise UserError(gettext("waystation.msg_no_button", **told))
            getattr(model, button)(model.browse(ids))


def _holds(record, expected):
    return all(getattr(record, name) == value for name, value in expected.items())
