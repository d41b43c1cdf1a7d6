"""Whose rights a pass over a file uses: those that its runner has now, not those of its start."""

from collections.abc import Callable

from gateway.access.policy import find
from gateway.access.users import Users
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.model.kind import Kind

# Somebody with the role and territory of now; Problem import_left for one who has none any more.
Present = Callable[[Actor], Actor]


def of_people(users: Users) -> Present:
    """Looks people up; the gateway's own work has no account and stays what it is."""

    def present(actor: Actor) -> Actor:
        if actor.role == "system":
            return actor
        try:
            user = users.get(actor.id)
        except Problem as problem:
            raise Problem("import_left", name=actor.name) from problem
        if user.disabled:
            raise Problem("import_left", name=actor.name)
        return user.actor(actor.device)

    return present


def check(actor: Actor, kind: Kind, *, for_shop: bool = False) -> None:
    """Whether somebody may import records of a kind at all, and with the word of the shop.

    Problem import_rights or import_for_shop_rights.
    """
    may_import = actor.role == "system" or find(actor.role, "import", "update") is not None
    writes = any(find(actor.role, kind.name, action) for action in ("create", "update"))
    if not (may_import and writes):
        raise Problem("import_rights", name=actor.name, role=actor.role)
    if for_shop and actor.role != "system" and find(actor.role, "import", "speak") is None:
        raise Problem("import_for_shop_rights", name=actor.name, role=actor.role)
