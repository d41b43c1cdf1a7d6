"""What rows of one source are weighed by."""

from dataclasses import dataclass

from gateway.records.engine import Engine
from gateway.records.model.kind import Kind
from sync.erp.bringing.plan import Source


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose rows are weighed, by what."""

    connector: str
    engine: Engine
    source: Source

    @property
    def kind(self) -> Kind:
        return self.engine.kind(self.source.kind)
