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
# The smallest coin in minor units, where it is more than one: what a sum in cash is rounded to. By
# the central banks' rules; within the euro, countries that round go to five cents.
_CASH_STEPS = {
    "AUD": 5, "CAD": 5, "CHF": 5, "CZK": 100, "DKK": 50, "EUR": 5, "HKD": 10, "HUF": 500,
    "ILS": 10, "MYR": 5, "NOK": 100, "NZD": 10, "SEK": 100, "SGD": 5, "THB": 25, "TRY": 5,
    "TWD": 100, "ZAR": 10, "CNY": 10, "IDR": 10_000,
}  # fmt: skip
_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


def round_half_up(value: Decimal) -> int:
    """The nearest integer; halves go away from zero, so a return mirrors its sale."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """Quantity times unit price in minor units, rounded half up once."""
    return round_half_up(quantity * unit_price)


def line_tax(amount: int, rate: Decimal, *, inclusive: bool) -> int:
    """The tax of a line in minor units: on top of its amount, or contained in it."""
    return round_half_up(amount * rate / (1 + rate) if inclusive else amount * rate)


def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit; Problem currency_unknown."""
    if currency not in _CURRENCIES:
        raise Problem("currency_unknown", currency=currency[:8])
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def cash_step(currency: str) -> int:
    """The smallest coin of a currency in minor units; 1 where nothing is known of rounding."""
    return _CASH_STEPS.get(currency, 1)


def round_cash(total: int, currency: str) -> int:
    """A sum as it is paid in cash: the nearest multiple of the smallest coin, halves away from
    zero.
    """
    step = cash_step(currency)
    return round_half_up(Decimal(total) / step) * step


def to_decimal(minor: int, currency: str) -> str:
    """The decimal text of minor units: ``to_decimal(1850, "EUR") == "18.50"``."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"
