"""What an error of Frappe means (pure).

The class of what was raised is in ``exc_type`` (v1) or ``errors[].type`` (v2); statuses say less,
for 417 stands for nearly every refusal. What people are told is in ``_server_messages``, JSON in
JSON in JSON.
"""

import json
import re
from http import HTTPStatus
from typing import Any, Final

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.wire import SAID_CHARACTERS_MAX, Answer, trouble

TAKEN: Final = frozenset({"UniqueValidationError", "DuplicateEntryError"})
STALE: Final = frozenset({"TimestampMismatchError"})
AT_ONCE: Final = frozenset({"QueryDeadlockError", "QueryTimeoutError", "DocumentLockedError"})
_UNKNOWN: Final = frozenset({"DoesNotExistError", "PageDoesNotExistError"})
_TAG = re.compile(r"<[^>]+>")
_EXPECTATION_FAILED: Final = 417


class Missing(Exception):
    """There is no such record or document type."""


class Taken(Refusal):
    """Something that is there once is there already."""


def of_answer(answer: Answer) -> Exception:
    """What an answer that is not a good one means."""
    said = answer.said()
    told = said if isinstance(said, dict) else {}
    kind = _kind(told)
    message = _message(told)
    if kind in _UNKNOWN:
        return Missing(message)
    if kind in TAKEN:
        return Taken(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
    if kind in STALE or kind in AT_ONCE:
        outcome = Outcome.CONFLICT if kind in STALE else Outcome.RETRY
        return Refusal(outcome, Problem("erp_moved_on"))
    is_right = answer.status == HTTPStatus.FORBIDDEN and kind == "PermissionError" and message
    if is_right or answer.status in (_EXPECTATION_FAILED, HTTPStatus.CONFLICT):
        return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and kind:
        reason = f"{kind}: {message}"[:SAID_CHARACTERS_MAX]
        return Refusal(Outcome.RETRY, Problem("erp_fault", reason=reason))
    return trouble(answer, "such site")


def _kind(told: dict[str, Any]) -> str:
    errors = told.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return str(told.get("exc_type") or (first.get("type") if isinstance(first, dict) else "") or "")


def _message(told: dict[str, Any]) -> str:
    said = list(_messages(told.get("_server_messages")))
    for error in told.get("errors") or ():
        said += [str(error.get("message") or "")] if isinstance(error, dict) else []
    if not any(said):
        # ``frappe.exceptions.MandatoryError: [Customer, X]: territory``
        said = [str(told.get("exception") or "").partition(": ")[2]]
    text = " ".join(_TAG.sub(" ", " ".join(said)).split())
    return text[: 3 * SAID_CHARACTERS_MAX] or "no reason was given"


def _messages(packed: object) -> list[str]:
    try:
        listed = json.loads(str(packed)) if packed else []
        read = [json.loads(one) if isinstance(one, str) else one for one in listed]
    except (ValueError, TypeError):
        return []
    return [str(one.get("message") or "") if isinstance(one, dict) else str(one) for one in read]
