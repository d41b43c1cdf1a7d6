"""What somebody searches for, folded, and who asks it in which snapshot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.access.policy import Rule
from gateway.kernel import formats, tokens
from gateway.kernel.actor import Actor
from gateway.records.finding import postings
from gateway.records.model.kind import Kind
from gateway.records.rows import heads, scopes
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.rows import Rows

WORDS_MAX: Final = 8

_phone_signs = re.compile(r"[+\d\s()/.-]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A search, folded: each word with its other spellings; ``start`` is how a title may begin."""

    start: str
    words: tuple[tuple[str, ...], ...]

    def holds(self, texts: Sequence[str]) -> bool:
        """Whether every word stands in one of the texts."""
        return all(any(form in text for form in forms for text in texts) for forms in self.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what, in which snapshot."""

    rows: Rows
    kind: Kind
    rule: Rule
    actor: Actor
    question: Question

    @property
    def sorts(self) -> tuple[str, ...]:
        """Personal texts are searched by those who see them."""
        personal = "P" in self.rule.clear
        return (postings.BUSINESS, postings.PERSONAL) if personal else (postings.BUSINESS,)

    @property
    def here(self) -> str:
        """The piece that all records of the actor's territory have; empty for an actor of all."""
        if self.rule.scope != "territory":
            return ""
        return postings.hashed(self.kind, postings.TERRITORY, self.actor.territory)

    @property
    def shows_titles(self) -> bool:
        """Whether everybody sees what records are listed by."""
        fields = [self.kind.field(name) for name in self.kind.title]
        return all(field is not None and field.data_class == "O" for field in fields)

    def heads(self, records: Sequence[bytes]) -> dict[bytes, Head]:
        """Those of the records that are in the actor's scope."""
        if not records:
            return {}
        scope, params = scopes.condition(self.rule, self.actor)
        marks = ",".join("?" * len(records))
        found = self.rows.all(
            f"SELECT {COLUMNS} FROM records r WHERE r.id IN ({marks}) AND {scope}",  # noqa: S608
            (*records, *params),
        )
        return {row["id"]: heads.from_row(row) for row in found}


def question(search: str) -> Question:
    """What was typed, as it is compared."""
    words: tuple[tuple[str, ...], ...] = tuple(
        (word,) for word in tokens.fold(search).split()[:WORDS_MAX]
    )
    if digits := _phone_digits(search):
        words = ((tokens.fold(search), digits),)
    return Question(formats.fold(search), words)


def _phone_digits(search: str) -> str:
    """The digits of a phone number as it is dialled here: they stand in the one that is stored."""
    digits = re.sub(r"\D", "", search)
    is_phone = len(digits) >= 5 and _phone_signs.fullmatch(search.strip())
    return digits.lstrip("0") if is_phone else ""
