"""What a route says of itself: who may call it, what it takes and what it answers.

The guard enforces a mark and the API description is generated from it, so neither can drift.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, TypeVar, Unpack

import msgspec

from gateway.web.door.body import JSON

View = TypeVar("View", bound=Callable[..., Any])
# A msgspec Struct, or a JSON Schema (2020-12) where the shape is only known at run time.
Shape = type[msgspec.Struct] | Mapping[str, object]


# Any JSON without floats: what the canonical form holds.
VALUE: dict[str, Any] = {"$ref": "#/components/schemas/Value"}


@dataclass(frozen=True)
class Stream:
    """An answer that is not JSON: its media type."""

    media_type: str


Answer = Shape | Stream | None


@dataclass(frozen=True)
class Mark:
    """A row of the policy, and the members of ``Says``."""

    resource: str
    action: str
    summary: str = ""
    body: Shape | None = None
    query: type[msgspec.Struct] | None = None
    answers: Mapping[int, Answer] = field(default_factory=lambda: {200: {}})
    problems: tuple[str, ...] = ()
    media_types: tuple[str, ...] = (JSON,)
    bytes_max: int | None = None
    raw: bool = False
    streamed: bool = False


class Says(TypedDict, total=False):
    """What a mark may say beside its row of the policy.

    ``answers`` maps a status to a shape, a Stream or None. ``problems`` are the codes that the view
    raises itself; those of the guard and the store are known. ``bytes_max`` bounds the body in
    bytes (1 MiB if not given). With ``raw`` the body reaches the view as bytes, and if nothing is
    given the site's setting bounds it.
    With ``streamed`` the body is left to the view, which takes it piece by piece.
    """

    summary: str
    body: Shape
    query: type[msgspec.Struct]
    answers: Mapping[int, Answer]
    problems: tuple[str, ...]
    media_types: tuple[str, ...]
    bytes_max: int
    raw: bool
    streamed: bool


def allows(resource: str, action: str, **says: Unpack[Says]) -> Callable[[View], View]:
    """Mark a view with the row of the policy that covers it, and with what it takes and answers."""
    mark = Mark(resource, action, **says)

    def put(view: View) -> View:
        view.mark = mark  # type: ignore[attr-defined]
        return view

    return put


def of(view: Callable[..., Any] | None) -> Mark | None:
    """The mark of a view, if it has one."""
    found = getattr(view, "mark", None)
    return found if isinstance(found, Mark) else None
