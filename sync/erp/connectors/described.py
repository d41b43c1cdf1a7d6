"""What an ERP says of its models, asked once; and one way to say that there is no such thing."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.line import Known


class Fielded(Protocol):
    """A model with its fields."""

    @property
    def fields(self) -> Mapping[str, Known]:
        """Fields by name."""


M = TypeVar("M", bound=Fielded)


class Described(ABC, Generic[M]):
    """The models that were asked for so far; ``noun`` is what the ERP's people call one."""

    noun = "model"

    def __init__(self) -> None:
        self._known: dict[str, M | None] = {}

    def get(self, name: str) -> M | None:
        """A model; None where there is none of this name."""
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def model(self, name: str) -> M:
        """A model; Trouble where there is none."""
        known = self.get(name)
        if known is None:
            raise no_model(f"{self.noun} {name}")
        return known

    def field(self, model: str, name: str) -> Known:
        """A field of a model; Trouble where there is no such model, Refusal without the field."""
        known = self.model(model).fields.get(name)
        if known is None:
            raise no_field(model, name)
        return known

    def forget(self) -> None:
        """Ask anew: something was set up."""
        self._known.clear()

    @abstractmethod
    def _asked(self, name: str) -> M | None:
        """What the ERP says of a model."""


def no_model(what: str) -> Trouble:
    """The mapping, or the ERP, is another one: nothing can go over this line."""
    return Trouble(Problem("erp_not_there", what=what))


def no_field(model: str, name: str) -> Refusal:
    """A field may come with an upgrade of the ERP: what needs it waits."""
    return Refusal(Outcome.RETRY, Problem("erp_fault", reason=f"{model} has no field {name}"))
