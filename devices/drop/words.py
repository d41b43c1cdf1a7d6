"""What tills call their columns, and what each of them means (pure).

A column that a person has named stands above this table. Names are compared in small letters,
without blanks, dots, dashes and underscores.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_KNOWN: Final = {
    "id": "id uuid rowid recordid entryid eventid satznummer",
    "type": "type transactiontype kind art vorgang vorgangsart typ 类型 交易类型",
    "receipt": "receipt receiptno receiptnumber receiptid bon bonnr bonnummer beleg belegnr"
    " belegnummer ticket ticketno ticketnumber invoice invoiceno transactionid sequencenumber"
    " 单号 小票 小票号 票号 订单号 流水号",
    "register": "register registerid till tillid pos posid terminal terminalid workstation"
    " workstationid kasse kassennr kassennummer 收银台 收银机 收银机号 机号",
    "time": "time timestamp datetime soldat occurredat enddatetime zeit zeitpunkt zeitstempel"
    " 时间 交易时间 销售时间",
    "date": "date day businessdaydate datum belegdatum buchungsdatum 日期 交易日期",
    "clock": "timeofday clock uhrzeit 时刻",
    "currency": "currency currencycode waehrung währung 币种",
    "quantity": "quantity qty count pieces units menge anzahl stueck stück 数量",
    "unit_price": "unitprice price each preis einzelpreis stueckpreis stückpreis 单价 售价",
    "amount": "amount lineamount linetotal extendedamount betrag summe gesamtpreis positionsbetrag"
    " 金额 小计",
    "discount": "discount rebate rabatt nachlass discountamount 折扣 优惠",
    "tax_rate": "taxrate vatrate vat mwst mwstsatz ust ustsatz steuersatz percent 税率",
    "tax": "tax taxamount vatamount mwstbetrag steuerbetrag steuer 税额",
    "gtin": "gtin ean ean13 upc barcode positemid 条码 商品条码 国际条码",
    "sku": "sku article articleno articlenumber itemno itemid itemnumber artikel artikelnr"
    " artikelnummer plu 货号 商品编码 商品编号",
    "tender": "tender tendertype payment paymenttype paymentmethod zahlart zahlungsart"
    " 支付方式 付款方式",
    "paid": "paid tendered tenderamount gezahlt zahlbetrag 实付 实收",
    "total": "total receipttotal grandtotal gesamt gesamtbetrag bonsumme 合计 总金额 总计",
    "customer": "customer customerid customerno kunde kundennr kundennummer 客户 会员号",
    "cashier": "cashier operator operatorid kassierer bediener 收银员",
    "shift": "shift shiftid schicht 班次",
    "original": "original originalreceipt originalbon ursprungsbon 原单号",
    "reason": "reason grund 原因",
    "location": "location warehouse lager lagerort ort 仓库 库位",
    "document": "document documentno deliverynote lieferschein lieferscheinnr dokument po 单据号",
    "supplier": "supplier vendor lieferant 供应商",
    "lot": "lot batch lotno charge chargennr 批号 批次",
    "expiry": "expiry bestbefore expirydate mhd verfallsdatum 有效期 到期日",
    "unit": "unit uom einheit 单位",
    "text": "text code scan content 内容",
    "float": "float openingfloat opening anfangsbestand wechselgeld 备用金",
    "counted": "counted countedcash closing endbestand gezaehlt gezählt 实点",
}
LINES: Final = frozenset(
    "lines line items item positions positionen lineitems details 明细".split()
)
TENDERS: Final = frozenset("tenders payments zahlungen 支付".split())
_RETURNS: Final = frozenset(
    "return returned refund refunded retoure rückgabe rueckgabe gutschrift 退货 退款".split()
)
_TENDER_WORDS: Final = {
    "cash": "cash bar bargeld barzahlung 现金",
    "card": "card creditcard debitcard debit credit credit/debit ec karte kartenzahlung"
    " girocard 银行卡 刷卡",
    "wechat": "wechat wechatpay weixin 微信 微信支付",
    "alipay": "alipay 支付宝",
    "voucher": "voucher giftcard gutschein coupon 礼品卡 代金券",
}


def folded(name: str) -> str:
    """A column's name as it is compared."""
    return re.sub(r"[\s._\-:#/]+", "", unicodedata.normalize("NFKC", name)).casefold()


_MEMBER: Final = {word: member for member, words in _KNOWN.items() for word in words.split()}
_TENDER: Final = {word: tender for tender, words in _TENDER_WORDS.items() for word in words.split()}
MEMBERS: Final = frozenset(_KNOWN)


def member(column: str, named: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a column means: what a person has said, or else what it is usually called."""
    key = folded(column)
    if key in named:
        return named[key]
    known = _MEMBER.get(key, "")
    taken = {one for members in named.values() for one in members}
    return (known,) if known and known not in taken else ()


def tender(text: str) -> str:
    """A way to pay in our words; one that is not known stays as it is called."""
    return _TENDER.get(folded(text), text.strip().casefold()[:80])


def is_return(text: str) -> bool:
    """Whether a row's type says that something was taken back."""
    return folded(text) in _RETURNS
