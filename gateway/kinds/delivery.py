"""Deliveries: what a supplier is expected to bring. They are the ERP's; nobody edits them here.

What has come in is told by facts that name the delivery's number, so the record stays as it was
ordered.
"""

from gateway.records.model.fields import Choice, Field, Labels
from gateway.records.model.kind import Kind, Step

_STATUS = (
    Choice("expected", Labels("Expected", "待收货")),
    Choice("closed", Labels("Closed", "已结束")),
    Choice("cancelled", Labels("Cancelled", "已取消")),
)
_LINE = (
    Field(
        name="gtin",
        type="gtin",
        labels=Labels("Barcode", "条码"),
        policy="erp",
    ),
    Field(
        name="sku",
        type="text",
        labels=Labels("Article number", "货号"),
        policy="erp",
        max_length=80,
    ),
    Field(
        name="name",
        type="text",
        labels=Labels("Name", "名称"),
        policy="erp",
        max_length=200,
    ),
    Field(
        name="quantity",
        type="decimal",
        labels=Labels("Expected quantity", "应到数量"),
        policy="erp",
        required=True,
        minimum="0",
    ),
    Field(
        name="unit",
        type="text",
        labels=Labels("Unit", "单位"),
        policy="erp",
        max_length=20,
    ),
)

KIND = Kind(
    name="delivery",
    labels=Labels("Delivery", "到货单"),
    number_letter="D",
    erp_name="delivery",
    title=("number", "supplier"),
    search=("number", "supplier", "lines.name", "lines.sku"),
    lookups={"number": ("number",)},
    closing={"status": "closed"},
    steps=(
        Step(
            "delivery",
            Labels("Delivery", "到货单"),
            ("number", "supplier", "location", "expected_on", "status", "note"),
        ),
        Step("goods", Labels("Goods", "货品"), ("lines",)),
    ),
    fields=(
        Field(
            name="number",
            type="text",
            labels=Labels("Number", "单号"),
            policy="erp",
            required=True,
            max_length=80,
        ),
        Field(
            name="supplier",
            type="text",
            labels=Labels("Supplier", "供应商"),
            policy="erp",
            max_length=80,
        ),
        Field(
            name="location",
            type="text",
            labels=Labels("Where to", "收货地点"),
            policy="erp",
            max_length=80,
        ),
        Field(
            name="expected_on",
            type="date",
            labels=Labels("Expected on", "预计到货日期"),
            policy="erp",
        ),
        Field(
            name="status",
            type="choice",
            labels=Labels("Status", "状态"),
            policy="erp",
            required=True,
            default="expected",
            choices=_STATUS,
        ),
        Field(name="note", type="multiline", labels=Labels("Note", "备注"), policy="erp"),
        Field(
            name="lines",
            type="group",
            labels=Labels("Goods", "货品"),
            one=Labels("Article", "货品"),
            policy="erp",
            fields=_LINE,
        ),
    ),
)
