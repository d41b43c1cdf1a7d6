"""The language of an answer: what the caller asked for, else what is known of them (pure)."""

from collections.abc import Iterator

from gateway.kernel.languages import nearest

HEADER_LENGTH_MAX = 200


def spoken(header: str, fallback: str) -> str:
    """The best of our languages for an Accept-Language header; ``fallback`` if it names none."""
    wanted = sorted(_wanted(header[:HEADER_LENGTH_MAX]), reverse=True)
    return next((found for _, _, tag in wanted if (found := nearest(tag))), fallback)


def _wanted(header: str) -> Iterator[tuple[float, int, str]]:
    """(weight, earlier first, tag) of each language that is asked for."""
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().lower().partition(";")
        weight = _weight(parameter.strip())
        if tag and weight > 0:
            yield weight, -place, tag


def _weight(parameter: str) -> float:
    if not parameter.startswith("q="):
        return 1.0
    try:
        return float(parameter[2:])
    except ValueError:
        return 0.0
