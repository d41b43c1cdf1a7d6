"""Customers: companies and persons a shop sells to."""

from gateway.kinds import choices, completeness, identity, likeness, tidying, trust
from gateway.kinds.customer_basics import BASICS, REACH
from gateway.kinds.parties import (
    ADDRESS,
    ADDRESS_RULES,
    BANK_ACCOUNT,
    BANK_ACCOUNT_RULES,
    CONSENT,
)
from gateway.records.model.fields import Field, Labels
from gateway.records.model.kind import Kind, Step

_PLACES = (
    Field(
        name="addresses",
        type="group",
        labels=Labels("Addresses", "地址"),
        one=Labels("Address", "地址"),
        policy="contact",
        unit=True,
        fields=ADDRESS,
        constraints=ADDRESS_RULES,
    ),
)

_PAYMENT = (
    Field(
        name="payment_method",
        type="choice",
        labels=Labels("Pays by", "付款方式"),
        policy="contact",
        choices=choices.PAYMENT_METHOD,
    ),
    Field(
        name="payment_terms",
        type="integer",
        labels=Labels("Payment within (days)", "付款期限（天）"),
        policy="guarded",
        data_class="F",
        minimum="0",
        maximum="365",
    ),
    Field(
        name="credit_limit",
        type="money",
        labels=Labels("Credit limit", "信用额度"),
        policy="guarded",
        data_class="F",
        minimum="0",
    ),
    Field(
        name="credit_rating",
        type="choice",
        labels=Labels("Credit rating", "信用等级"),
        policy="guarded",
        data_class="F",
        choices=choices.CREDIT_RATING,
        folded=True,
    ),
    Field(
        name="price_class",
        type="choice",
        labels=Labels("Price class", "价格等级"),
        policy="guarded",
        data_class="F",
        choices=choices.PRICE_CLASS,
        folded=True,
    ),
    Field(
        name="currency",
        type="currency",
        labels=Labels("Currency", "币种"),
        required=True,
        default="{currency}",
        folded=True,
    ),
    Field(
        name="balance",
        type="money",
        labels=Labels("Open balance", "未结余额"),
        policy="erp",
        data_class="F",
    ),
    Field(
        name="overdue",
        type="money",
        labels=Labels("Overdue", "逾期金额"),
        policy="erp",
        data_class="F",
    ),
    Field(
        name="erp_block",
        type="boolean",
        labels=Labels("Blocked by the ERP", "ERP 已冻结"),
        policy="erp",
    ),
    Field(
        name="erp_as_of",
        type="instant",
        labels=Labels("So in the ERP since", "ERP 中自此时起"),
        policy="erp",
    ),
    Field(
        name="bank_accounts",
        type="group",
        labels=Labels("Bank accounts", "银行账户"),
        one=Labels("Bank account", "银行账户"),
        policy="guarded",
        data_class="B",
        unit=True,
        fields=BANK_ACCOUNT,
        constraints=BANK_ACCOUNT_RULES,
    ),
)

_MORE = (
    Field(name="tags", type="tags", labels=Labels("Tags", "标签")),
    Field(name="notes", type="multiline", labels=Labels("Notes", "备注")),
    Field(
        name="marketing_topics",
        type="tags",
        labels=Labels("Interested in", "感兴趣的内容"),
        folded=True,
    ),
    Field(
        name="marketing_frequency",
        type="choice",
        labels=Labels("How often to write", "联系频率"),
        choices=choices.FREQUENCY,
        folded=True,
    ),
    Field(
        name="consents",
        type="group",
        labels=Labels("Consents", "同意授权"),
        policy="consent",
        data_class="P",
        unit=True,
        keys=choices.CONSENT_KEYS,
        fields=CONSENT,
    ),
)


def _step(name: str, labels: Labels, fields: tuple[Field, ...]) -> Step:
    return Step(name, labels, tuple(field.name for field in fields))


KIND = Kind(
    name="customer",
    labels=Labels("Customer", "客户"),
    number_letter="C",
    erp_name="customer",
    title=("trade_name", "legal_name"),
    search=(
        "legal_name",
        "trade_name",
        "tax_id",
        "registration_number",
        "erp_number",
        "phone",
        "mobile",
        "email",
        "wechat",
        "tags",
        "contacts.name",
        "contacts.phone",
        "contacts.mobile",
        "contacts.email",
        "addresses.city",
        "addresses.district",
        "addresses.street",
    ),
    lookups={"tax_id": ("tax_id",), "email": ("email",), "phone": ("phone", "mobile")},
    matching=likeness.CUSTOMER,
    standard=completeness.CUSTOMER,
    survivorship=trust.CUSTOMER,
    closing={"status": "closed"},
    outside=(
        "type",
        "legal_name",
        "trade_name",
        "country",
        "tax_id",
        "registration_number",
        "legal_form",
        "industry",
        "language",
        "phone",
        "mobile",
        "email",
        "website",
        "wechat",
        "preferred_channel",
        "contacts",
        "addresses",
        "notes",
        "marketing_topics",
        "marketing_frequency",
        "consents",
    ),
    consent_means={
        "email": ("email",),
        "phone": ("phone", "mobile"),
        "sms": ("phone", "mobile"),
        "wechat": ("wechat", "mobile"),
        "post": ("addresses",),
    },
    rules=(identity.checked,),
    tidy=(tidying.names, tidying.address_lines),
    steps=(
        _step("basics", Labels("Basics", "基本信息"), BASICS),
        _step("contacts", Labels("Contacts", "联系方式"), REACH),
        _step("addresses", Labels("Addresses", "地址"), _PLACES),
        _step("payment", Labels("Payment and credit", "付款与信用"), _PAYMENT),
        _step("more", Labels("More", "更多"), _MORE),
    ),
    fields=(*BASICS, *REACH, *_PLACES, *_PAYMENT, *_MORE),
)
