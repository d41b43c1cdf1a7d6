"""Products, what only the ERP tells: prices for some customers and quantities, and its stock."""

from gateway.records.model.fields import Field, Labels

PRICES = Field(
    name="prices",
    type="group",
    labels=Labels("Price lists", "价目表"),
    one=Labels("Price", "价格"),
    policy="erp",
    fields=(
        Field(
            name="list",
            type="text",
            labels=Labels("Price list", "价目表"),
            policy="erp",
            required=True,
            max_length=80,
        ),
        Field(
            name="from_quantity",
            type="decimal",
            labels=Labels("From quantity", "起订数量"),
            policy="erp",
            minimum="0",
        ),
        Field(
            name="net_price",
            type="money",
            labels=Labels("Net price", "净价"),
            policy="erp",
            required=True,
            minimum="0",
        ),
    ),
)

# Beside the gateway's own levels, which follow from counts and movements here.
STOCK = Field(
    name="stock",
    type="group",
    labels=Labels("Stock at the ERP", "ERP 库存"),
    one=Labels("Place", "地点"),
    policy="erp",
    fields=(
        Field(
            name="place",
            type="text",
            labels=Labels("Place", "地点"),
            policy="erp",
            required=True,
            max_length=80,
        ),
        Field(
            name="quantity",
            type="decimal",
            labels=Labels("On hand", "现有数量"),
            policy="erp",
            required=True,
        ),
        Field(
            name="as_of",
            type="instant",
            labels=Labels("Since", "自"),
            policy="erp",
        ),
    ),
)
