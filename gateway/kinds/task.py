"""Tasks: what somebody means to do next, most of them for a customer and after a visit."""

from gateway.records.model.fields import Choice, Field, Labels
from gateway.records.model.kind import Kind, Step

_STATUS = (
    Choice("open", Labels("To do", "待办")),
    Choice("done", Labels("Done", "已完成")),
    Choice("dropped", Labels("Dropped", "已放弃")),
)
_PRIORITY = (
    Choice("low", Labels("Low", "低")),
    Choice("normal", Labels("Normal", "普通")),
    Choice("high", Labels("High", "高")),
)

KIND = Kind(
    name="task",
    labels=Labels("Task", "任务"),
    number_letter="F",
    erp_name="task",
    title=("title",),
    search=("title", "owner", "note"),
    lookups={},
    closing={"status": "dropped"},
    steps=(
        Step(
            "task",
            Labels("Task", "任务"),
            ("title", "customer", "due", "owner", "priority", "status", "note"),
        ),
        Step("more", Labels("More", "更多"), ("visit", "territory")),
    ),
    fields=(
        Field(
            name="title",
            type="text",
            labels=Labels("What is to be done", "待办事项"),
            policy="contact",
            required=True,
        ),
        Field(
            name="customer",
            type="reference",
            labels=Labels("Customer", "客户"),
            policy="identity",
            to="customer",
        ),
        Field(name="due", type="date", labels=Labels("Due on", "截止日期"), policy="contact"),
        Field(
            name="owner",
            type="text",
            labels=Labels("Looked after by", "负责人"),
            policy="contact",
            max_length=80,
        ),
        Field(
            name="priority",
            type="choice",
            labels=Labels("Priority", "优先级"),
            default="normal",
            choices=_PRIORITY,
            folded=True,
        ),
        Field(
            name="status",
            type="choice",
            labels=Labels("Status", "状态"),
            policy="identity",
            required=True,
            default="open",
            choices=_STATUS,
            folded=True,
        ),
        Field(name="note", type="multiline", labels=Labels("Note", "备注"), data_class="P"),
        Field(
            name="visit",
            type="text",
            labels=Labels("Came out of the visit", "来源拜访"),
            policy="identity",
            max_length=64,
            folded=True,
        ),
        Field(
            name="territory",
            type="text",
            labels=Labels("Territory", "区域"),
            policy="identity",
            max_length=80,
            folded=True,
        ),
    ),
)
