"""Parts that several kinds of partner share: contacts, addresses, bank accounts, consents."""

from gateway.kinds import choices
from gateway.records.model.fields import Constraint, Field, Labels, OneOf, Single

CONTACT = (
    Field(
        name="name",
        type="text",
        labels=Labels("Name", "姓名"),
        policy="contact",
        data_class="P",
        required=True,
        max_length=120,
    ),
    Field(
        name="role",
        type="text",
        labels=Labels("Position", "职务"),
        policy="contact",
        max_length=80,
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
        name="mobile",
        type="phone",
        labels=Labels("Mobile", "手机"),
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
    Field(
        name="wechat",
        type="wechat",
        labels=Labels("WeChat", "微信"),
        policy="contact",
        data_class="P",
        folded=True,
    ),
    Field(
        name="department",
        type="text",
        labels=Labels("Department", "部门"),
        policy="contact",
        max_length=80,
        folded=True,
    ),
    Field(
        name="decision_role",
        type="choice",
        labels=Labels("Part in decisions", "决策角色"),
        choices=choices.DECISION_ROLE,
        folded=True,
    ),
    Field(
        name="preferred_channel",
        type="choice",
        labels=Labels("Likes to be reached by", "首选联系方式"),
        policy="contact",
        choices=choices.CHANNEL,
        folded=True,
    ),
    Field(
        name="birthday",
        type="date",
        labels=Labels("Birthday", "生日"),
        policy="contact",
        data_class="P",
        past=True,
        folded=True,
    ),
)

ADDRESS = (
    Field(
        name="purpose",
        type="choice",
        labels=Labels("Used for", "用途"),
        required=True,
        choices=choices.ADDRESS_PURPOSE,
    ),
    Field(name="country", type="country", labels=Labels("Country", "国家/地区"), required=True),
    Field(
        name="region",
        type="text",
        labels=Labels("State or province", "省/州"),
        max_length=80,
        folded=True,
        place="region",
    ),
    Field(name="city", type="text", labels=Labels("City", "城市"), max_length=80, place="city"),
    Field(
        name="district",
        type="text",
        labels=Labels("District", "区/县"),
        max_length=80,
        folded=True,
        place="district",
    ),
    Field(
        name="street",
        type="text",
        labels=Labels("Street and number, or everything in one line", "街道门牌（或完整地址）"),
        data_class="P",
        max_length=200,
    ),
    Field(
        name="postal_code",
        type="postal_code",
        labels=Labels("Postal code", "邮政编码"),
        country_field="country",
    ),
    Field(
        name="recipient",
        type="text",
        labels=Labels("For the attention of", "收件人"),
        data_class="P",
        max_length=120,
        folded=True,
    ),
)

ADDRESS_RULES: tuple[Constraint, ...] = (
    OneOf(("city", "street"), "address_incomplete"),
    Single("purpose", "registered", "registered_address_twice"),
)

BANK_ACCOUNT = (
    Field(
        name="holder",
        type="text",
        labels=Labels("Account holder", "户名"),
        data_class="B",
        max_length=120,
    ),
    Field(
        name="bank", type="text", labels=Labels("Bank", "开户行"), data_class="B", max_length=120
    ),
    Field(name="iban", type="iban", labels=Labels("IBAN", "IBAN"), data_class="B", sealed=True),
    Field(
        name="account_number",
        type="account_number",
        labels=Labels("Account number, where there is no IBAN", "账号（无 IBAN 时）"),
        data_class="B",
        sealed=True,
        max_length=40,
        country_field="country",
        needs=("bank",),
    ),
    Field(
        name="bic",
        type="bic",
        labels=Labels("BIC", "BIC（SWIFT）"),
        data_class="B",
        folded=True,
    ),
    Field(
        name="country",
        type="country",
        labels=Labels("Country of the bank", "银行所在国家/地区"),
        data_class="B",
        folded=True,
    ),
)

BANK_ACCOUNT_RULES: tuple[Constraint, ...] = (
    OneOf(("iban", "account_number"), "bank_account_incomplete"),
)

CONSENT = (
    Field(
        name="state",
        type="choice",
        labels=Labels("Answer", "答复"),
        policy="consent",
        data_class="P",
        required=True,
        choices=choices.CONSENT,
    ),
    Field(
        name="date",
        type="date",
        labels=Labels("Given on", "答复日期"),
        data_class="P",
        past=True,
        default="{today}",
        folded=True,
    ),
    Field(
        name="source",
        type="choice",
        labels=Labels("Given by", "答复方式"),
        data_class="P",
        choices=choices.CONSENT_SOURCE,
        folded=True,
    ),
    Field(
        name="evidence",
        type="text",
        labels=Labels("Where the proof is", "凭证位置"),
        data_class="P",
        folded=True,
    ),
    Field(
        name="wording",
        type="text",
        labels=Labels("Wording that was shown", "所示文本的版本"),
        data_class="P",
        folded=True,
    ),
)
