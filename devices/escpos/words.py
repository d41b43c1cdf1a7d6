"""How receipts say what they say, language by language (data).

Each is a pattern of Python's ``re`` for a lower-case line. ``never`` are lines that say something
else with the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """The words of one language. ``payments`` are ways to pay by the name that facts give them."""

    total: str
    never: str
    tax: str
    never_tax: str
    register: str
    receipt: str
    payments: Mapping[str, str]


_CARDS: Final = r"visa|master ?card|maestro|amex|american express|girocard|v ?pay"
WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        total=r"\b(?:grand |order )?total\b|\bamount due\b|\bbalance due\b|\bto pay\b",
        never=r"sub-? ?total|\btotal (?:items?|qty|quantity|savings|discount|tax|vat|gst)|items",
        tax=r"\b(?:sales )?tax\b|\bvat\b|\bgst\b",
        never_tax=r"\b(?:tax|vat|gst)[ .]*(?:id|no|nr|number|reg|invoice)|excl",
        register=r"\b(?:register|till|pos|terminal|lane)\b",
        receipt=r"\b(?:receipt|invoice|ticket|bill|transaction|trans|order)\b",
        payments={"cash": r"\bcash\b", "card": rf"\b(?:credit|debit)? ?card\b|{_CARDS}"},
    ),
    "de": Words(
        total=r"\b(?:gesamt|end)?(?:summe|betrag)\b|\bgesamt\b|\btotal\b|\bzu zahlen\b",
        never=r"zwischen|\bsumme (?:netto|mwst|ust|rabatt)|artikel|positionen|netto",
        tax=r"\bmwst\b|\bust\b|mehrwertsteuer",
        never_tax=r"ust[ .-]*id|steuer ?(?:nr|nummer)|netto",
        register=r"\bkassen?(?:-?nr)?\b",
        receipt=r"\b(?:bon|beleg|rechnung|quittung)s?(?:-?(?:nr|nummer))?\b",
        payments={"cash": r"\bbar(?:geld)?\b", "card": rf"\b(?:ec-?|kredit)?karte\b|{_CARDS}"},
    ),
    "fr": Words(
        total=r"\btotal\b|\bnet à payer\b|\bmontant (?:dû|total)\b",
        never=r"sous-?total|\btotal (?:ht|tva|articles|remise)",
        tax=r"\btva\b|\bt\.v\.a\.",
        never_tax=r"\btva (?:intra|n°)|\bht\b",
        register=r"\bcaisse\b",
        receipt=r"\b(?:ticket|reçu|facture)\b",
        payments={"cash": r"\besp[èe]ces\b", "card": rf"\bcarte\b|\bcb\b|{_CARDS}"},
    ),
    "es": Words(
        total=r"\btotal\b|\bimporte(?: total)?\b",
        never=r"sub-?total|\btotal (?:artículos|iva|descuento)|base",
        tax=r"\biva\b|\bi\.v\.a\.",
        never_tax=r"base|incluido en",
        register=r"\bcaja\b",
        receipt=r"\b(?:ticket|factura|recibo)\b",
        payments={"cash": r"\b(?:efectivo|contado)\b", "card": rf"\btarjeta\b|{_CARDS}"},
    ),
    "it": Words(
        total=r"\btotale(?: complessivo)?\b|\bimporto (?:pagato|totale)\b",
        never=r"sub-?totale|\btotale (?:iva|articoli|sconto)|di cui",
        tax=r"\biva\b",
        never_tax=r"p\. ?iva|partita",
        register=r"\bcassa\b",
        receipt=r"\b(?:scontrino|documento|ricevuta|fattura)\b",
        payments={
            "cash": r"\bcontant[ei]\b",
            "card": rf"\b(?:carta|bancomat|elettronico)\b|{_CARDS}",
        },
    ),
    "zh": Words(
        total=r"(?:合[计計]|[总總][计計額额]|[应應][付收]|[实實]付|[总總]金[额額])",
        never=r"小[计計]|[数數]量|件[数數]|[优優]惠|[税稅]",
        tax=r"[税稅][额額金]",
        never_tax=r"[税稅][号號]|不含",
        register=r"(?:收[银銀][机機]|款[台臺]|[机機][号號]|pos)",
        receipt=r"(?:小票|[单單]|流水|交易|收[据據])(?:[号號])",
        payments={
            "cash": r"[现現]金",
            "card": r"[银銀][行联聯]卡?|刷卡|信用卡",
            "wechat": r"微信",
            "alipay": r"支付[宝寶]",
        },
    ),
}
