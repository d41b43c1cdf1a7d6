"""What a receipt printer can be told, on any line (shared by the printer drivers)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from devices.escpos.code_pages import PageName
from devices.escpos.profile import Columns, Knife, Profile
from devices.options import unit


class PrinterOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the printer is like and what it prints by itself.

    A label printer speaks ``zpl`` and is never asked how it is. ``answers`` is off for a printer
    that says nothing of itself: then a job counts as printed when the printer has taken its bytes.
    ``confirmed_by`` is how it says that a job is on paper: ``order`` (``GS r``, answered in its
    turn), ``number`` (``GS ( H``, with the job's own number), or ``status`` for one that has
    neither and only says afterwards that it is well. ``receipts_of`` are registers, with blanks
    between, whose receipts come out by themselves.
    """

    language: Literal["escpos", "zpl"] = "escpos"
    columns: Annotated[Columns, unit("characters")] = 42
    code_page: PageName = "cp858"
    knife: Knife = "partial"
    answers: bool = True
    confirmed_by: Literal["order", "number", "status"] = "order"
    job_s: Annotated[int, Meta(ge=1, le=120), unit("s")] = 30
    look_s: Annotated[int, Meta(ge=1, le=600), unit("s")] = 10
    drawer_pin: Literal[2, 5] = 2
    pulse_ms: Annotated[int, Meta(ge=2, le=510), unit("ms")] = 100
    receipts_of: Annotated[str, Meta(max_length=1000)] = ""
    drawer_on_cash: bool = False

    @property
    def asked(self) -> bool:
        """Whether it says how it is."""
        return self.answers and self.language == "escpos"

    def profile(self) -> Profile:
        """What documents are written for."""
        return Profile(
            self.columns, self.code_page, self.knife, self.drawer_pin, self.pulse_ms
        )  # fmt: skip
