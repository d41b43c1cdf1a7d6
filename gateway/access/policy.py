"""Who may do what: the one table of role, resource and action. What is not in it is not allowed.

Every route and every field that leaves the gateway asks this table. Field classes are single
letters: O business, P personal contact, F finance, B bank, I identity number, S system (ids,
versions, instants: shown to everybody who may read the record, written by nobody).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem

CLASSES: Final = "OPFBIS"
PEOPLE: Final = ("rep", "clerk", "manager", "finance", "admin", "auditor")
MACHINES: Final = ("device", "pos", "erp", "web")
# How long a token that was replaced may stay good: a week is a holiday of whoever runs the machine.
KEEP_HOURS_MAX: Final = 168
# Roles nobody is given: nobody signed in, the same from this very machine, the gateway's own work.
PSEUDO: Final = ("public", "local", "system")
ROLES: Final = (*PSEUDO, *PEOPLE, *MACHINES)


@dataclass(frozen=True, slots=True)
class Rule:
    """What an allowed action covers.

    ``scope`` is all, territory (records of the actor's own territory) or own (what the actor made).
    ``clear``, ``masked`` and ``writable`` are field classes; a class in none of them does not exist
    for this role. A change of a class in ``second`` is a proposal until somebody else confirms it;
    where it is in ``writable`` too, only guarded values above their threshold are. With ``outside``
    only those fields are written that their kind opens to forms outside the house.
    """

    scope: str = "all"
    clear: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    outside: bool = False

    def __str__(self) -> str:
        named = (("clear", self.clear), ("masked", self.masked), ("write", self.writable))
        parts = [*named, ("second", self.second)]
        told = [self.scope, *(f"{name} {_ordered(c)}" for name, c in parts if c)]
        return " ".join([*told, "outside"] if self.outside else told)


def _sees(clear: str, masked: str = "", scope: str = "all") -> Rule:
    return Rule(scope, frozenset(clear + "S"), frozenset(masked))


def _writes(writable: str, second: str = "", scope: str = "all") -> Rule:
    return Rule(scope, writable=frozenset(writable), second=frozenset(second))


_ANY = Rule()
_OWN = Rule("own")
_WHOLE = Rule(clear=frozenset(CLASSES), writable=frozenset("OPFBI"))
_FORM = Rule(writable=frozenset("OP"), outside=True)
_HERE = "territory"
_EVERYBODY = " ".join(PEOPLE)
_READ = "list read search history duplicates"
_ERP_DOES = f"{_READ} create update upsert"
_VISITS = "visit task ticket lead"

# resources, actions, roles, rule. One row a line: a change of permission is one visible line.
_TABLE: Final[tuple[tuple[str, str, str, Rule], ...]] = (
    # Records: what may be seen of them.
    ("customer", _READ, "rep", _sees("OP", "BI", _HERE)),
    ("customer", _READ, "clerk", _sees("OP", "BI")),
    ("customer", _READ, "manager", _sees("OPF", "BI")),
    ("customer", _READ, "finance", _sees("OPFB", "I")),
    ("customer", _READ, "admin", _sees("O", "PFBI")),
    ("customer", _READ, "auditor", _sees("OF", "PBI")),
    ("product", _READ, "rep clerk", _sees("O")),
    ("product", _READ, "manager finance admin auditor", _sees("OF")),
    ("delivery", _READ, "clerk manager finance admin auditor", _sees("O")),
    ("order", _READ, "rep", _sees("OPF", scope=_HERE)),
    ("order", _READ, "clerk", _sees("OP")),
    ("order", _READ, "manager finance", _sees("OPF")),
    ("order", _READ, "auditor", _sees("OF", "P")),
    (_VISITS, _READ, "rep", _sees("OP", scope=_HERE)),
    (_VISITS, _READ, "clerk manager", _sees("OPF")),
    (_VISITS, _READ, "auditor", _sees("OF", "P")),
    # Records: what may be written. Terms, limits and accounts take two people; whoever writes F as
    # well, and everybody at entry, decides values up to the threshold alone.
    ("customer", "create", "rep", _writes("OP", "FB", _HERE)),
    ("customer", "create", "clerk", _writes("OP", "FB")),
    ("customer", "create", "manager", _writes("OPF", "FB")),
    ("customer", "update", "rep", _writes("OP", "FB", _HERE)),
    ("customer", "update", "clerk", _writes("OP", "FB")),
    ("customer", "update", "manager", _writes("OPF", "FB")),
    ("customer", "update", "finance", _writes("F", "FBI")),
    # A form outside the house: its own route alone, the fields that the kind opens, nothing read.
    ("customer", "create update", "web", _FORM),
    ("submission", "create", "web", _ANY),
    ("customer", "merge erase", "manager", _writes("", "OPFBI")),
    # It takes back what two people decided, and gives nobody anything.
    ("customer", "unmerge", "manager", _ANY),
    # What leaves as a file is what the role reads on screen; the journal keeps who took it.
    ("customer", "export", "manager", _sees("OPF", "BI")),
    ("customer", "export", "finance", _sees("OPFB", "I")),
    ("product", "export", "manager finance admin", _sees("OF")),
    ("customer product", "export", "system", _WHOLE),
    ("product", "create update", "manager admin", _writes("OF")),
    ("order", "create", "rep", _writes("OP", "F", _HERE)),
    ("order", "create", "clerk", _writes("OP")),
    ("order", "update", "rep", _writes("OP", "F", _HERE)),
    ("order", "update", "manager finance", _writes("OPF")),
    (_VISITS, "create update", "rep", _writes("OP", scope=_HERE)),
    (_VISITS, "create update", "clerk manager", _writes("OPF")),
    # The ERP is the authority on records, and the gateway's own work is done in its name.
    (f"customer product order delivery {_VISITS}", _ERP_DOES, "erp system", _WHOLE),
    # Proposals and contested values wait for a person with authority over their class.
    ("approval conflict", "list read", "rep", _sees("OP", "BI", _HERE)),
    ("approval conflict", "list read", "clerk", _sees("OP", "BI")),
    ("approval conflict", "list read", "manager", _sees("OPF", "BI")),
    ("approval conflict", "list read", "finance", _sees("OPFB", "I")),
    ("approval conflict", "list read", "auditor", _sees("OF", "PBI")),
    # A manager confirms an account unseen: that it was asked for is one question, what number it
    # has another, and the number is finance's.
    ("conflict", "update", "rep", _writes("OP", scope=_HERE)),
    ("conflict", "update", "clerk", _writes("OP")),
    ("approval conflict", "update", "manager", _writes("OPFB")),
    ("approval conflict", "update", "finance", _writes("FBI")),
    ("approval", "withdraw", "rep", _writes("", scope=_HERE)),
    ("approval", "withdraw", "clerk manager finance", _ANY),
    # Where the settings name the ERP as the second person, as a shop of one person does.
    ("approval", "list read update", "erp", _WHOLE),
    # The doors of the record routes: the kind's own row decides behind them.
    ("record", _READ, f"{_EVERYBODY} erp", _ANY),
    ("record", "check create update", "rep clerk manager finance admin erp", _ANY),
    ("record", "export", "manager finance admin", _ANY),
    ("record", "merge unmerge", "manager", _ANY),
    ("record", "erase", "manager", _ANY),
    # The ledger says which records were erased, and nothing of what they said.
    ("erasure", "list", "manager admin auditor", _ANY),
    # What is over its time is told in counts, numbers and ids.
    ("retention", "list", "manager admin auditor", _ANY),
    # Pairs that may be one: the kind's own row decides what is seen of them.
    ("duplicate", "list read", "clerk manager finance auditor", _ANY),
    ("duplicate", "update", "clerk manager", _ANY),
    # A file that comes in is its own importer's business, and the manager's.
    ("import", "list read create update delete", "clerk", _OWN),
    ("import", "list read create update delete", "manager", _ANY),
    # A file that says what the shop says, instead of what a list says.
    ("import", "speak", "manager", _ANY),
    ("kinds", "list", f"{_EVERYBODY} erp", _ANY),
    # Photos and papers are personal: who sees that class of what they belong to. Its own row of the
    # kind, and the record's scope, decide behind it.
    ("attachment", "list read", "rep", _sees("P", scope=_HERE)),
    ("attachment", "list read", "clerk manager finance", _sees("P")),
    ("attachment", "create", "rep", _writes("P", scope=_HERE)),
    ("attachment", "create", "clerk manager", _writes("P")),
    # What happened.
    # Machines say what they read and sell, people whom they visited: each type names its roles.
    ("fact", "create", "device pos rep clerk manager", _ANY),
    ("sale", "list", "rep", _sees("OF", scope=_HERE)),
    ("sale", "list", "clerk manager finance auditor", _sees("OF")),
    ("sale", "list", "admin", _sees("O", "F")),
    ("stock", "list", f"{_EVERYBODY} erp", _sees("O")),
    ("shift", "list", "clerk manager finance auditor erp", _sees("OF")),
    ("epcis", "list", "manager auditor erp", _sees("O")),
    ("journal", "list", "manager", _sees("OPF", "BI")),
    ("journal", "list", "admin", _sees("O", "PFBI")),
    ("journal", "list", "auditor", _sees("OF", "PBI")),
    ("journal", "list", "erp", _sees("OPFBI")),
    ("audit", "list", "admin auditor", _ANY),
    ("checkpoint", "read", "admin auditor erp", _ANY),
    ("live", "list", "clerk manager admin auditor", _ANY),
    ("quarantine", "list", "manager", _sees("OPF", "BI")),
    ("quarantine", "list", "admin", _sees("O", "PFBI")),
    ("quarantine", "list", "auditor", _sees("OF", "PBI")),
    ("quarantine", "resend", "manager admin", _ANY),
    # What is plugged in, and what replicates.
    ("device", "list read", "manager admin auditor", _ANY),
    ("device", "run", "manager admin", _ANY),
    # A till wants to know what lies on the scale: only what a driver has opened to tills.
    ("device", "ask", "manager admin pos", _ANY),
    # Receipts and labels; a till has its own printed. Opening a drawer is running a device.
    ("print", "create", "clerk manager admin pos", _ANY),
    ("print", "list read update", "clerk manager admin", _ANY),
    ("print", "list read", "auditor", _ANY),
    ("device", "confirm update", "admin", _ANY),
    ("sync", "push pull", "rep clerk manager finance", _ANY),
    ("sync", "list", "manager admin auditor", _ANY),
    ("sync", "run update", "manager admin", _ANY),
    ("schedule", "list", "manager admin auditor", _ANY),
    ("schedule", "run", "manager admin", _ANY),
    ("schedule", "update", "admin", _ANY),
    ("batch", "list read confirm update", "erp", _ANY),
    # People, tokens and the gateway itself.
    ("setup", "read create", "public", _ANY),
    ("session", "create", "public", _ANY),
    ("session", "list read delete", _EVERYBODY, _OWN),
    ("user token", "list", "admin auditor", _ANY),
    ("user token", "create update", "admin", _ANY),
    ("settings", "list", "admin", _ANY),
    ("certificate", "read", "admin", _ANY),
    ("backup", "list run update", "admin", _ANY),
    ("damage", "list", "manager admin auditor", _ANY),
    ("damage", "confirm", "admin", _ANY),
    ("alert", "list run", "admin", _ANY),
    ("password", "update", _EVERYBODY, _OWN),
    # Phones that prove themselves with a key: who lets one in may also put it out.
    ("pairing", "create read delete", "manager admin", _ANY),
    ("pairing", "claim", "public", _ANY),
    ("phone", "list", "manager admin auditor", _ANY),
    ("phone", "retire", "manager admin", _ANY),
    ("phone", "prove", "public", _ANY),
    # Services that call: the signature of the message decides.
    ("hook", "create", "public", _ANY),
    ("phone", "delete", _EVERYBODY, _OWN),
    ("passkey", "list update delete", _EVERYBODY, _OWN),
    ("recovery", "update read", _EVERYBODY, _OWN),
    ("health openapi page trust", "read", "public", _ANY),
    ("metrics", "read", "local admin auditor device pos erp", _ANY),
)


def _expand() -> Iterator[tuple[tuple[str, str, str], Rule]]:
    for resources, actions, roles, rule in _TABLE:
        for role in roles.split():
            for resource in resources.split():
                for action in actions.split():
                    yield (role, resource, action), rule


def _build() -> Mapping[tuple[str, str, str], Rule]:
    policy: dict[tuple[str, str, str], Rule] = {}
    for key, rule in _expand():
        if key in policy or key[0] not in ROLES:
            raise ValueError(f"the policy says {key} twice, or names a role that does not exist")
        policy[key] = rule
    return policy


POLICY: Final = _build()
KNOWN: Final = frozenset((resource, action) for _, resource, action in POLICY)
# All that is left to a phone that was retired: handing over what it holds, and what opens it for
# whoever has forgotten how. A pull is noted, and answered with nothing but the order.
LEAVING: Final = frozenset(
    {
        ("sync", "push"),
        ("sync", "pull"),
        ("attachment", "create"),
        ("recovery", "read"),
        ("session", "delete"),
    }
)


def find(role: str, resource: str, action: str) -> Rule | None:
    """The rule of a role; what is public is everybody's; None when there is no row."""
    return POLICY.get((role, resource, action)) or POLICY.get(("public", resource, action))


def allowed(actor: Actor, resource: str, action: str) -> Rule:
    """The rule that covers what the actor is about to do; Problem not_allowed."""
    rule = find(actor.role, resource, action)
    if rule is None:
        raise Problem("not_allowed", role=actor.role, resource=resource, action=action)
    return rule


def render() -> str:
    """The whole matrix as text, a line a cell, so that a change of permission is a visible diff."""
    return "".join(sorted(f"{' '.join(cell)}: {rule}\n" for cell, rule in POLICY.items()))


def _ordered(classes: frozenset[str]) -> str:
    return "".join(letter for letter in CLASSES if letter in classes)
