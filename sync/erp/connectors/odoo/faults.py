"""What an error of Odoo means (pure).

Both doors tell the Python class of what was raised: JSON-RPC as ``data.name`` of an error with HTTP
200, JSON-2 as ``name`` beside a real status (odoo/odoo: addons/rpc/controllers/json2.py).
"""

from http import HTTPStatus
from typing import Final

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.wire import SAID_CHARACTERS_MAX, Answer, trouble

# Odoo itself tries five times; what still comes through is nobody's fault (odoo/service/model.py).
AT_ONCE: Final = frozenset(
    {
        "SerializationFailure",
        "TransactionRollbackError",
        "DeadlockDetected",
        "LockNotAvailable",
        "LockError",
        "ConcurrencyError",
    }
)
BUSINESS: Final = frozenset(
    {
        "UserError",
        "ValidationError",
        "AccessError",
        "RedirectWarning",
        "Warning",
        "except_orm",
        "IntegrityError",
        "UniqueViolation",
        "NotNullViolation",
        "ForeignKeyViolation",
        "CheckViolation",
    }
)
KEY_REFUSED: Final = frozenset({"AccessDenied", "Unauthorized", "SessionExpiredException"})
DATABASE: Final = frozenset({"OperationalError", "InterfaceError", "PoolError"})


class ModelUnknown(Exception):
    """There is no such model, or no such method of it."""


def of_rpc(error: dict[str, object]) -> Exception:
    """What a JSON-RPC error means."""
    data = error.get("data")
    told = data if isinstance(data, dict) else {}
    message = str(told.get("message") or error.get("message") or "")
    name = str(told.get("name") or "")
    return named(name, message) or Refusal(Outcome.RETRY, _fault(name or "no reason", message))


def of_answer(answer: Answer) -> Exception:
    """What a JSON-2 answer that is not a good one means."""
    said = answer.said()
    told = said if isinstance(said, dict) else {}
    message = str(told.get("message") or (said if isinstance(said, str) else ""))
    status = answer.status
    if status == HTTPStatus.NOT_FOUND and said is not None and not _is_missing(told):
        return ModelUnknown(message)
    found = None if status == HTTPStatus.UNAUTHORIZED else named(str(told.get("name")), message)
    if found is not None:
        return found
    if status == HTTPStatus.CONFLICT:
        return Refusal(Outcome.CONFLICT, Problem("erp_moved_on"))
    if status in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR):
        return Refusal(Outcome.RETRY, _fault(f"HTTP {status}", message))
    return trouble(answer, "such database, or no JSON-2 interface")


def named(name: str, message: str) -> Exception | None:
    """What was raised there, by the name of its class; None for what is a fault."""
    short = name.rpartition(".")[2]
    if short in AT_ONCE:
        return Refusal(Outcome.RETRY, Problem("erp_moved_on"))
    if short in KEY_REFUSED:
        return Trouble(Problem("erp_key_refused", status=401))
    if short == "MissingError":
        return Refusal(Outcome.CONFLICT, Problem("erp_moved_on"))
    if short in BUSINESS:
        return rejected(message)
    if short in DATABASE:
        return Trouble(Problem("erp_busy", status=503), is_unsure=True)
    return None


def rejected(message: str) -> Refusal:
    """Odoo understood and refused; its own words are for whoever mends it."""
    said = " ".join(message.split())[: 3 * SAID_CHARACTERS_MAX]
    return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=said))


def _is_missing(told: dict[str, object]) -> bool:
    return str(told.get("name") or "").endswith("MissingError")


def _fault(name: str, message: str) -> Problem:
    said = " ".join(f"{name}: {message}".split())[:SAID_CHARACTERS_MAX]
    return Problem("erp_fault", reason=said)
