"""The words of what is printed, and how money, numbers and dates are written in them (pure)."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Final

from gateway.kernel import languages
from gateway.kernel.money import to_decimal

# English and simplified Chinese; the traditional follows from the latter.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "receipt": ("Receipt", "小票"),
    "return": ("Return", "退货单"),
    "void": ("Cancelled sale", "作废单"),
    "register": ("Register", "收银台"),
    "cashier": ("Cashier", "收银员"),
    "date": ("Date", "日期"),
    "of_receipt": ("Of receipt", "原小票"),
    "unverified": ("Original receipt not seen", "未核对原小票"),
    "discount": ("Discount", "折扣"),
    "net": ("Net", "未税金额"),
    "tax": ("Tax", "税额"),
    "rounding": ("Rounding", "舍入"),
    "total": ("Total", "合计"),
    "given": ("Given", "实收"),
    "change": ("Change", "找零"),
    "tender.cash": ("Cash", "现金"),
    "tender.card": ("Card", "银行卡"),
    "tender.voucher": ("Voucher", "代金券"),
    "tender.alipay": ("Alipay", "支付宝"),
    "tender.wechat": ("WeChat Pay", "微信支付"),
    "copy": ("COPY", "副本"),
    "report.x": ("X report", "X 报表"),
    "report.z": ("Z report", "Z 报表"),
    "shift": ("Shift", "班次"),
    "number": ("Number", "编号"),
    "sales": ("Sales", "销售笔数"),
    "returns": ("Returns", "退货笔数"),
    "count_list": ("Stock count", "盘点表"),
    "location": ("Place", "地点"),
    "article": ("Article", "商品"),
    "counted": ("Counted", "实盘数"),
    "signature": ("Counted by", "盘点人"),
    "articles": ("Articles", "商品数"),
    "price_label": ("Price label", "价格标签"),
    "shelf_label": ("Shelf label", "货架标签"),
    "test_page": ("Test page", "测试页"),
    "test_page.text": (
        "If you can read this line to its end, the printer is set up.",
        "如果能完整看到这句话，打印机就设置好了。",
    ),
    "bold": ("Bold", "加粗"),
    "large": ("Large", "大字"),
    "left": ("left", "左"),
    "centre": ("centre", "中"),
    "right": ("right", "右"),
    "document": ("Document", "文档"),
}  # fmt: skip
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SIGNS: Final = {
    "CNY": "￥", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "￥", "TWD": "NT$", "USD": "$",
}  # fmt: skip


def say(key: str, language: str) -> str:
    """A word in a language of the house; a kind of payment nobody knows is called what it is."""
    if key not in WORDS:
        return key.partition(".")[2] or key
    return languages.told(language, *WORDS[key])


def amount(minor: int, currency: str) -> str:
    """Minor units as they stand in a column: ``1,234.50``."""
    plain = Decimal(to_decimal(minor, currency))
    return f"{plain:,}"


def price(minor: int, currency: str) -> str:
    """Minor units with their currency: ``€1,234.50``, ``CHF 12.00``; a minus stands in front."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if minor < 0 else ''}{sign}{amount(abs(minor), currency)}"


def quantity(text: str) -> str:
    """A quantity without noughts behind its decimals: ``2``, ``0.575``."""
    return f"{Decimal(text).normalize():f}"


def rate(text: str) -> str:
    """A tax rate in per cent: ``19%``, ``5.5%``."""
    return f"{(Decimal(text) * 100).normalize():f}%"


def moment(unix_ms: int, language: str, zone: tzinfo | None = None) -> str:
    """An instant on the clock of the shop's wall, which is this machine's where none is given."""
    at = datetime.fromtimestamp(unix_ms / 1000, UTC).astimezone(zone)
    if languages.nearest(language) == languages.ENGLISH:
        return f"{at.day} {_MONTHS[at.month - 1]} {at:%Y %H:%M}"
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
