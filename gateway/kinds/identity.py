"""Whether a person's identity number can be one."""

from collections.abc import Iterator

from gateway.kernel import identity_numbers
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data


def checked(data: Data) -> Iterator[Problem]:
    """Problem identity_number_invalid at a number that its country's standard rules out."""
    number, country = data.get("identity_number"), data.get("country")
    if not (isinstance(number, str) and isinstance(country, str)):
        return
    if identity_numbers.is_wrong(number, country):
        yield Problem("identity_number_invalid", pointer="/identity_number", country=country)
