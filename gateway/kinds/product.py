"""Products: what is scanned and sold. Most come from the ERP."""

from gateway.kinds.product_figures import PRICES, STOCK
from gateway.records.model.fields import Field, Labels
from gateway.records.model.kind import Kind, Step

KIND = Kind(
    name="product",
    labels=Labels("Product", "商品"),
    number_letter="P",
    erp_name="product",
    title=("name",),
    search=("name", "sku", "barcodes"),
    lookups={"gtin": ("barcodes",), "sku": ("sku",)},
    closing={"active": False},
    steps=(
        Step(
            "article",
            Labels("Article", "商品信息"),
            ("name", "sku", "barcodes", "unit", "active"),
        ),
        Step("price", Labels("Price", "价格"), ("net_price", "tax_rate", "prices")),
        Step("stock", Labels("Stock at the ERP", "ERP 库存"), ("stock",)),
    ),
    fields=(
        Field(
            name="name",
            type="text",
            labels=Labels("Name", "名称"),
            policy="identity",
            required=True,
        ),
        Field(
            name="sku",
            type="text",
            labels=Labels("Article number", "货号"),
            policy="identity",
            max_length=80,
            scannable=True,
        ),
        Field(
            name="barcodes",
            type="tags",
            labels=Labels("Barcodes", "条码"),
            items="gtin",
            scannable=True,
        ),
        Field(
            name="unit",
            type="text",
            labels=Labels("Unit", "单位"),
            policy="identity",
            max_length=20,
        ),
        Field(
            name="net_price",
            type="money",
            labels=Labels("Net price", "净价"),
            policy="identity",
            minimum="0",
        ),
        Field(
            name="tax_rate",
            type="decimal",
            labels=Labels("Tax rate (0.19 for 19 %)", "税率（19% 写作 0.19）"),
            policy="identity",
            minimum="0",
            maximum="1",
        ),
        Field(
            name="active",
            type="boolean",
            labels=Labels("On sale", "在售"),
            policy="identity",
            default=True,
        ),
        PRICES,
        STOCK,
    ),
)
