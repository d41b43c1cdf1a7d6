"""Parts that several kinds of business partner share: contacts, addresses and bank accounts."""

from gateway.records.fields import Choice, Field, Labels

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
        name="email",
        type="email",
        labels=Labels("E-mail", "电子邮箱"),
        policy="contact",
        data_class="P",
    ),
)

ADDRESS = (
    Field(
        name="purpose",
        type="choice",
        labels=Labels("Used for", "用途"),
        required=True,
        choices=(
            Choice("billing", Labels("Billing", "开票")),
            Choice("shipping", Labels("Delivery", "送货")),
            Choice("registered", Labels("Registered office", "注册地址")),
        ),
    ),
    Field(name="country", type="country", labels=Labels("Country", "国家/地区"), required=True),
    Field(name="region", type="text", labels=Labels("State or province", "省/州"), max_length=80),
    Field(name="city", type="text", labels=Labels("City", "城市"), required=True, max_length=80),
    Field(
        name="street",
        type="text",
        labels=Labels("Street and number", "街道门牌"),
        data_class="P",
        max_length=200,
    ),
    Field(name="postal_code", type="text", labels=Labels("Postal code", "邮政编码"), max_length=20),
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
        type="text",
        labels=Labels("Account number, where there is no IBAN", "账号（无 IBAN 时）"),
        data_class="B",
        sealed=True,
        max_length=40,
    ),
)
