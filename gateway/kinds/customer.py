"""Customers: companies and persons a shop sells to."""

from collections.abc import Iterator, Mapping

from gateway.kernel.problems import Problem
from gateway.kinds.parties import ADDRESS, BANK_ACCOUNT, CONTACT
from gateway.records.fields import Choice, Data, Field, Labels
from gateway.records.kind import Kind, Step

_CONSENT = (
    Choice("denied", Labels("No", "不同意")),
    Choice("granted", Labels("Yes", "同意")),
)


def _consent(name: str, labels: Labels) -> Field:
    return Field(
        name=name, type="choice", labels=labels, policy="consent", data_class="P", choices=_CONSENT
    )


def _bank_accounts_have_a_number(data: Data) -> Iterator[Problem]:
    accounts = data.get("bank_accounts")
    if isinstance(accounts, Mapping):
        for element, account in accounts.items():
            if not account.get("iban") and not account.get("account_number"):
                yield Problem("bank_account_incomplete", pointer=f"/bank_accounts/{element}/iban")


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
        "phone",
        "email",
        "tags",
        "contacts.name",
        "contacts.phone",
        "contacts.email",
        "addresses.city",
    ),
    lookups={"tax_id": ("tax_id",), "email": ("email",), "phone": ("phone",)},
    rules=(_bank_accounts_have_a_number,),
    steps=(
        Step(
            "who",
            Labels("Who it is", "基本信息"),
            ("type", "legal_name", "trade_name", "country", "tax_id", "status", "territory"),
        ),
        Step(
            "reach",
            Labels("How to reach them", "联系方式"),
            ("phone", "email", "website", "language", "contacts"),
        ),
        Step("places", Labels("Addresses", "地址"), ("addresses",)),
        Step(
            "terms",
            Labels("Terms and payment", "条款与付款"),
            ("currency", "payment_terms", "credit_limit", "balance", "bank_accounts"),
        ),
        Step(
            "more",
            Labels("Consent and notes", "同意与备注"),
            ("consent_email", "consent_phone", "tags", "notes"),
        ),
    ),
    fields=(
        Field(
            name="type",
            type="choice",
            labels=Labels("Type", "类型"),
            policy="identity",
            required=True,
            default="company",
            choices=(
                Choice("company", Labels("Company", "企业")),
                Choice("person", Labels("Person", "个人")),
            ),
        ),
        Field(
            name="legal_name",
            type="text",
            labels=Labels("Legal name", "法定名称"),
            policy="identity",
            required=True,
        ),
        Field(
            name="trade_name", type="text", labels=Labels("Trade name", "商号"), policy="contact"
        ),
        Field(
            name="status",
            type="choice",
            labels=Labels("Status", "状态"),
            policy="identity",
            required=True,
            default="active",
            choices=(
                Choice("prospect", Labels("Prospect", "潜在客户")),
                Choice("active", Labels("Active", "正常")),
                Choice("blocked", Labels("Blocked", "冻结")),
                Choice("closed", Labels("Closed", "已关闭")),
            ),
        ),
        Field(
            name="territory",
            type="text",
            labels=Labels("Territory", "区域"),
            policy="identity",
            max_length=80,
        ),
        Field(
            name="country",
            type="country",
            labels=Labels("Country", "国家/地区"),
            policy="identity",
            required=True,
            default="{country}",
        ),
        Field(
            name="tax_id",
            type="tax_id",
            labels=Labels("Tax number", "税号"),
            policy="identity",
            country_field="country",
        ),
        Field(
            name="language",
            type="language",
            labels=Labels("Language", "语言"),
            default="{language}",
        ),
        Field(
            name="phone",
            type="phone",
            labels=Labels("Phone", "电话"),
            policy="contact",
            data_class="P",
            country_field="country",
        ),
        Field(
            name="email",
            type="email",
            labels=Labels("E-mail", "电子邮箱"),
            policy="contact",
            data_class="P",
        ),
        Field(name="website", type="url", labels=Labels("Website", "网站"), policy="contact"),
        Field(
            name="contacts",
            type="group",
            labels=Labels("Contacts", "联系人"),
            policy="contact",
            fields=CONTACT,
        ),
        Field(
            name="addresses",
            type="group",
            labels=Labels("Addresses", "地址"),
            policy="contact",
            unit=True,
            fields=ADDRESS,
        ),
        Field(
            name="currency",
            type="currency",
            labels=Labels("Currency", "币种"),
            required=True,
            default="{currency}",
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
            name="balance",
            type="money",
            labels=Labels("Open balance", "未结余额"),
            policy="erp",
            data_class="F",
        ),
        Field(
            name="bank_accounts",
            type="group",
            labels=Labels("Bank accounts", "银行账户"),
            policy="guarded",
            data_class="B",
            unit=True,
            fields=BANK_ACCOUNT,
        ),
        _consent("consent_email", Labels("May we send e-mail offers?", "可否发送邮件优惠？")),
        _consent("consent_phone", Labels("May we call with offers?", "可否电话推介？")),
        Field(name="tags", type="tags", labels=Labels("Tags", "标签")),
        Field(name="notes", type="multiline", labels=Labels("Notes", "备注")),
    ),
)
