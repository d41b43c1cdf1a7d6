"""How the receipts of an old till are read, whatever its line (shared by the printer taps)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from devices.drivers._tape_desk import Desk
from devices.escpos.receipts import ReceiptRules, bounded
from devices.options import unit
from gateway.kernel import money
from gateway.kernel.problems import Problem

PATTERNS = ("total", "tax", "receipt", "register", "date", "payment")
Pattern = Annotated[str, Meta(max_length=200)]
Codec = Literal[
    "cp437", "cp850", "cp852", "cp858", "cp866", "cp1250", "cp1251", "cp1252", "iso8859_15",
    "gb18030", "big5", "shift_jis", "euc_kr", "utf-8",
]  # fmt: skip


class TapeOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The patterns are for receipts that the words of ``language`` do not fit."""

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    language: Literal["any", "de", "en", "es", "fr", "it", "zh"] = "any"
    register: Annotated[str, Meta(max_length=80)] = ""
    codec: Codec = "cp437"
    sales: bool = False
    tax_rate: Annotated[str, Meta(pattern=r"^([0-9]{1,2}(\.[0-9]{1,4})?)?$")] = ""
    idle_s: Annotated[int, Meta(ge=2, le=600), unit("s")] = 30
    total_pattern: Pattern = ""
    tax_pattern: Pattern = ""
    receipt_pattern: Pattern = ""
    register_pattern: Pattern = ""
    date_pattern: Pattern = ""
    payment_pattern: Pattern = ""

    def desk(self) -> Desk:
        """Where receipts are read; ValueError with a sentence."""
        return Desk(self._rules(), self.codec, self.idle_s * 1000, sales=self.sales)

    def _rules(self) -> ReceiptRules:
        try:
            money.exponent(self.currency)
        except Problem as problem:
            raise ValueError(f"{self.currency} is no currency.") from problem
        given = {name: getattr(self, f"{name}_pattern") for name in PATTERNS}
        patterns = {name: bounded(pattern) for name, pattern in given.items() if pattern}
        language = "" if self.language == "any" else self.language
        return ReceiptRules(self.currency, language, self.register, self.tax_rate, patterns)
