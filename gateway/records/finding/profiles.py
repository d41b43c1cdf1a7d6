"""A record as duplicates are looked for: its texts by field, sealed ones only as keyed digests."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.kernel import matching
from gateway.kernel.matching import Matching, Profile, Trait, Values
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.model.fields import Data, find
from gateway.records.model.kind import Kind, inside
from gateway.records.rows import heads, sealed

_log = logging.getLogger(__name__)

# Who compares many records in a row comes back to the same ones; a profile takes some kilobytes.
_KEPT_MAX = 512


@dataclass(frozen=True, slots=True)
class Source:
    """Where texts stand: in a field, or in a ``member`` of each element of a group."""

    name: str
    head: str
    member: str
    sealed: bool


def profile(
    keyring: Keyring,
    kind: Kind,
    how: Matching,
    record: str,
    data: Data,
    only: Collection[str] | None = None,
) -> Profile:
    """The normal forms of a record's data, stored or as somebody typed it.

    ``record`` is the id its seals belong to, ``only`` the traits that matter. A value that has no
    place where it stands is passed over.
    """
    traits = [trait for trait in how.traits if only is None or trait.code in only]
    sources = _sources(kind, tuple(name for trait in traits for name in trait.fields))
    return matching.profile(traits, _told(keyring, kind, record, data, sources))


class Stored:
    """The profile of a stored record, whose normal forms are worked out when they are asked for:
    what is nothing like another record shows that in a few of them.
    """

    def __init__(self, keyring: Keyring, kind: Kind, record: str, data: Data) -> None:
        self._of = keyring, kind, record, data
        self._known: dict[str, Values] = {}

    def get(self, code: str, /) -> Values | None:
        """The values of a trait; nothing where the record has none."""
        if (found := self._known.get(code)) is None:
            trait, sources = _of_trait(self._of[1], code)
            texts = _told(*self._of, sources)
            found = self._known[code] = matching.forms(trait, texts) if texts else ()
        return found


@lru_cache(maxsize=_KEPT_MAX)
def of_stored(keyring: Keyring, kind: Kind, record: str, data: str) -> Stored:
    """The profile of a record from its data as it is stored; known by these very data for a while,
    so that a changed record has another.
    """
    return Stored(keyring, kind, record, heads.load(data))


@lru_cache(maxsize=256)
def _sources(kind: Kind, names: tuple[str, ...]) -> tuple[Source, ...]:
    found = []
    for name in dict.fromkeys(names):
        head, _, member = name.partition(".")
        field = find(kind.fields, inside(name))
        found.append(Source(name, head, member, field is not None and field.sealed))
    return tuple(found)


@lru_cache(maxsize=256)  # asked for dozens of times with every record that is compared
def _of_trait(kind: Kind, code: str) -> tuple[Trait, tuple[Source, ...]]:
    assert kind.matching is not None  # of the kinds that are compared
    trait = kind.matching.trait(code)
    return trait, _sources(kind, trait.fields)


def _told(
    keyring: Keyring, kind: Kind, record: str, data: Data, sources: Sequence[Source]
) -> dict[str, list[str]]:
    """What a record says, by field; of what is sealed the digests."""
    texts: dict[str, list[str]] = {}
    for source in sources:
        value = data.get(source.head)
        found = _texts(value, source.member) if value else []
        if found and source.sealed:
            found = _digests(keyring, kind, record, data, source)
        if found:
            texts[source.name] = found
    return texts


def _texts(value: object, member: str) -> list[str]:
    if not member:
        return [value] if isinstance(value, str) else []
    if not isinstance(value, (dict, Mapping)):  # a dict is told at once, a mapping is looked up
        return []
    inner = [
        element.get(member) for element in value.values() if isinstance(element, (dict, Mapping))
    ]
    return [text for text in inner if isinstance(text, str) and text]


def _digests(keyring: Keyring, kind: Kind, record: str, data: Data, source: Source) -> list[str]:
    try:
        opened = sealed.open_all(keyring, kind, record, {source.head: data[source.head]})
    except Problem as problem:
        # One broken seal must not keep a record from being found by everything else.
        _log.error("%s %s: %s", record, source.name, problem)
        return []
    clear = _texts(opened[source.head], source.member)
    return [keyring.blind_index(_compact(text)).hex() for text in clear]


def _compact(text: str) -> str:
    """Account numbers are typed with blanks or without."""
    return "".join(text.split()).upper()
