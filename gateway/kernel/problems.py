"""Every refusal.

A numbered problem with a stable code, a sentence and a pointer to the field (RFC 9457).

The sentences live in ``problems.toml``, one table per code, in English and simplified Chinese; the
traditional ones are derived from these. A sentence says what happened, and how to mend it; its
parameters never hold personal data.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gateway.kernel import country_names, languages, reasons

CATALOGUE: Mapping[str, Mapping[str, object]] = tomllib.loads(
    Path(__file__).with_name("problems.toml").read_text("utf-8")
)

# Parameters that programs read as they are, and people in words.
_WORDS: Mapping[str, Callable[[str, str], str]] = {
    "reason": reasons.told,
    "country": country_names.told,
}


class Problem(Exception):
    """A refusal by code.

    ``pointer`` is a JSON pointer into what was sent. ``errors`` lists the single faults of a value
    that has several. ``params`` fill the sentence and travel with the document.
    """

    def __init__(
        self, code: str, *, pointer: str = "", errors: "Sequence[Problem]" = (), **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer
        self.errors = tuple(errors)
        self.params = params
        self._entry = CATALOGUE[code]

    def __str__(self) -> str:
        return f"{self.code}: {self.detail()}" + "".join(f"; {error}" for error in self.errors)

    @property
    def status(self) -> int:
        """The HTTP status of a request refused for this."""
        return int(str(self._entry["status"]))

    @property
    def retryable(self) -> bool:
        """Whether the same thing may succeed later, unchanged."""
        return bool(self._entry["retryable"])

    def detail(self, language: str = "en") -> str:
        """The sentence for a person, in their language: ``en``, ``zh-CN``, ``zh-Hant``."""
        text = languages.told(language, str(self._entry["en"]), str(self._entry["zh"]))
        said = {name: _WORDS[name](str(self.params[name]), language) for name in self._worded}
        return text.format_map({**self.params, **said})

    @property
    def _worded(self) -> set[str]:
        return self.params.keys() & _WORDS.keys()

    def document(self, language: str = "en") -> dict[str, object]:
        """The RFC 9457 problem document, ready for JSON."""
        document: dict[str, object] = {
            "type": f"/problems/{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail(language),
        }
        if self.pointer:
            document["pointer"] = self.pointer
        if self.params:
            document["params"] = {name: _plain(value) for name, value in self.params.items()}
        if self.errors:
            document["errors"] = [error.brief(language) for error in self.errors]
        return document

    def record(self) -> dict[str, object]:
        """What is stored of a problem, so that it can be told again in any language."""
        params = {name: _plain(value) for name, value in self.params.items()}
        errors = [error.record() for error in self.errors]
        return {"code": self.code, "pointer": self.pointer, "params": params, "errors": errors}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Problem":
        """The problem that ``record`` was made from."""
        errors = [cls.from_record(error) for error in record["errors"]]
        return cls(record["code"], pointer=record["pointer"], errors=errors, **record["params"])

    def again(self) -> "Problem":
        """The same problem for another caller to raise: a traceback belongs to one raise."""
        return Problem.from_record(self.record())

    def brief(self, language: str = "en") -> dict[str, object]:
        """One fault inside a larger problem: code, detail and pointer."""
        return {"code": self.code, "detail": self.detail(language), "pointer": self.pointer}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool) or value is None else str(value)
