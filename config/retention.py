"""Settings of how long personal data is kept."""

from dataclasses import dataclass

from config.rule import Rule
from config.setting import setting

_MONTHS = Rule(0, 600, unit="months")


@dataclass(frozen=True)
class RetentionSettings:
    """How long personal data is kept; 0 keeps it until somebody erases it."""

    carry_out: bool = setting(
        default=False,
        meaning="Whether what is over its time is taken at night, or only told.",
    )
    customers_months: int = setting(
        0,
        "Customers with whom nothing happened for this long are put up for erasure; a person"
        " confirms each.",
        _MONTHS,
    )
    visits_months: int = setting(
        0, "Visits are erased this long after they took place, with their photos.", _MONTHS
    )
    photos_months: int = setting(
        0, "Photos and business cards go this long after they came; documents stay.", _MONTHS
    )
    refused_months: int = setting(
        0,
        "What phones sent and was refused, or came twice in two versions, goes after this long.",
        _MONTHS,
    )
    imports_months: int = setting(
        0,
        "What was found wrong with the rows of an imported file goes this long after its last use.",
        _MONTHS,
    )
    phones_months: int = setting(
        0, "Phones of which nobody heard for this long are struck off the list.", _MONTHS
    )
    run_max: int = setting(
        100, "How much of each sort goes in one turn; the rest waits for the next.", Rule(1, 10_000)
    )
