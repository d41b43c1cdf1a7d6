"""Money as integer minor units with an ISO 4217 currency; quantities and rates as Decimal."""

from decimal import ROUND_HALF_UP, Decimal

from gateway.kernel.problems import Problem

# ISO 4217: the active codes, and those whose minor unit is not a hundredth.
_CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS
    UAH UGX USD UYI UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split()
)
_NO_MINOR_UNIT = frozenset(
    """
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """.split()
)
_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def round_half_up(value: Decimal) -> int:
    """The nearest integer; halves go away from zero, so a return mirrors its sale."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """Quantity times unit price in minor units, rounded half up once."""
    return round_half_up(quantity * unit_price)


def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit; Problem currency_unknown."""
    if currency not in _CURRENCIES:
        raise Problem("currency_unknown", currency=currency[:8])
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def to_decimal(minor: int, currency: str) -> str:
    """The decimal text of minor units: ``to_decimal(1850, "EUR") == "18.50"``."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"
