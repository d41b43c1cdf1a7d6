"""What somebody asks to have printed, and the document that comes of it."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from devices.escpos.document import Document, Pulse, check
from devices.printing import receipts, sheets
from devices.printing.material import Material
from devices.printing.words import say
from gateway.facts.stock import SHOP
from gateway.kernel.problems import Problem

WEEK_S: Final = 604_800
Identity = Annotated[str, Meta(min_length=36, max_length=36)]
Name = Annotated[str, Meta(max_length=80)]
Template = Literal[
    "receipt", "report", "count_list", "price_label", "shelf_label", "test_page", "document"
]


class Asking(Struct, forbid_unknown_fields=True):
    """Something to print; the same ``id`` again has the effect of once.

    A receipt is of a ``fact`` (a sale, a return, a void) or of the ``receipt`` of a ``register``, a
    report of a ``fact`` or of the ``report`` of a ``register``; a label is of an ``article`` (its
    GTIN or number), ``copies`` times; a list to count by is of a ``location``; everything else is
    a ``document``. What has not been begun after ``expires_s`` seconds is not printed any more; 0
    waits for ever.
    """

    id: Identity
    printer: Identity
    template: Template
    fact: Annotated[str, Meta(max_length=36)] = ""
    register: Name = ""
    receipt: Name = ""
    report: Name = ""
    article: Name = ""
    location: Name = SHOP
    copies: Annotated[int, Meta(ge=1, le=99)] = 1
    document: Document | None = None
    expires_s: Annotated[int, Meta(ge=0, le=WEEK_S)] = 0


def compose(asked: Asking, material: Material, printer: str, now_ms: int) -> tuple[str, Document]:
    """A title for people, and the document. Problem print_nothing, print_asked_wrong or
    print_opens_drawer. ``printer`` is the name that a test page says.
    """
    look = material.look
    match asked.template:
        case "document":
            return say("document", look.language), _given(asked.document)
        case "receipt":
            sold = material.sold(asked.fact, asked.register, asked.receipt)
            return receipt_title(sold, look), receipts.receipt(sold, look)
        case "report":
            told = material.report(asked.fact, asked.register, asked.report)
            title = f"{look.say(told.type)} {told.data['register']} {told.data['report']}"
            return title, sheets.report(told.type, told.at_ms, told.data, look)
        case "count_list":
            articles = material.stocked(asked.location)
            title = f"{look.say('count_list')} {asked.location}"
            return title, sheets.count_list(asked.location, now_ms, articles, look)
        case "price_label" | "shelf_label" as name:
            article = material.article(asked.article)
            shelf = name == "shelf_label"
            labels = sheets.labels(article, material.currency, asked.copies, shelf=shelf)
            return f"{look.say(name)} {article.name}", labels
        case _:
            return look.say("test_page"), sheets.test_page(printer, now_ms, look)


def receipt_title(sold: receipts.Sold, look: receipts.Look) -> str:
    """What a receipt is called in the queue: ``Receipt T1 R-17``."""
    word = look.say(receipts.TITLES[sold.type])
    return f"{word} {sold.data['register']} {sold.data['receipt']}"


def _given(document: Document | None) -> Document:
    if document is None:
        raise Problem("print_asked_wrong", pointer="/document", reason="There is no document.")
    if any(isinstance(part, Pulse) for part in document.parts):
        raise Problem("print_opens_drawer", pointer="/document")
    try:
        check(document)
    except ValueError as error:
        raise Problem("print_asked_wrong", pointer="/document", reason=str(error)) from error
    return document
