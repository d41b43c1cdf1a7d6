"""The settings of a field rep's day."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class VisitSettings:
    """Visits of field reps."""

    outcomes: tuple[str, ...] = setting(
        (
            "order = Order taken | 已下单 | 已下單",
            "no_order = No order | 未下单 | 未下單",
            "follow_up = To be followed up | 待跟进 | 待跟進",
            "delivered = Goods delivered | 已送货 | 已送貨",
            "complaint = Complaint | 投诉 | 客訴",
            "absent = Nobody there | 无人在场 | 無人在場",
        ),
        "How a visit may end, in the order of the form: the value that is stored, and its names in"
        " English, simplified and traditional Chinese.",
        Rule(shape="outcome"),
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        values = [line.partition("=")[0].strip() for line in self.outcomes]
        if not values or len(set(values)) < len(values):
            yield "visits.outcomes", "at least one outcome, and each of them once"
