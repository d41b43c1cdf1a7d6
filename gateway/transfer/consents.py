"""Every answer somebody ever gave about being written to, out of a record's versions (pure).

Versions are only ever added, so what was once consented to, and when it was taken back, stays told
whatever the record says now.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

Json = dict[str, Any]
_FIELD: Final = "consents"


def told(history: Iterable[Json]) -> Sequence[Json]:
    """[{"purpose", "channel", "event", "answer", "at", "by", "through", "version"}], newest first.

    ``history`` has versions with their changes, newest first. ``event`` is granted, denied,
    withdrawn (it had been granted), changed (what belongs to an answer) or removed; ``answer`` is
    what stood from then on: state, date, source, evidence.
    """
    answers: dict[str, dict[str, object]] = {}
    events: list[Json] = []
    for version in reversed(list(history)):
        before = {key: dict(answer) for key, answer in answers.items()}
        touched: dict[str, None] = {}
        for change in version["changes"]:
            name, _, place = change["field"].partition(".")
            if name == _FIELD and place:
                key, _, part = place.partition(".")
                touched[key] = None
                _put(answers.setdefault(key, {}), part, change["new"])
        events += [_event(version, key, before.get(key, {}), answers[key]) for key in touched]
    return events[::-1]


def _put(answer: dict[str, object], part: str, value: object) -> None:
    if value is None:
        answer.pop(part, None)
    else:
        answer[part] = value


def _event(version: Json, key: str, before: Json, answer: Json) -> Json:
    purpose, _, channel = key.partition("-")
    return {
        "purpose": purpose,
        "channel": channel,
        "event": _name(before.get("state"), answer.get("state")),
        "answer": dict(answer),
        "at": version["at"],
        "by": version["actor"],
        "through": version["channel"],
        "version": version["version"],
    }


def _name(before: object, state: object) -> str:
    if before == state:
        return "changed"
    if before == "granted":
        return "withdrawn"
    if state is None:
        return "removed"
    # An answer of an older version that is on no list any more is told as it stands beside it.
    return str(state) if state in ("granted", "denied") else "changed"
