"""What registers told at the end of their shifts: made by gateways, read by people."""

from trytond.model import ModelSQL, ModelView, fields


class Report(ModelSQL, ModelView):
    """A Z report, or the drawer as it was counted. Nobody has the right to change one."""

    __name__ = "waystation.report"
    _rec_name = "register"

    type = fields.Selection([("z", "Z report"), ("count", "Counted drawer")], "Type", required=True)
    time = fields.DateTime("Time", required=True)
    register = fields.Char("Register", required=True)
    shift = fields.Char("Shift")
    number = fields.Char("Number")
    cashier = fields.Char("Cashier")
    currency = fields.Char("Currency", required=True)
    net = fields.Numeric("Net")
    tax = fields.Numeric("Tax")
    rounding = fields.Numeric("Rounding")
    total = fields.Numeric("Total")
    note = fields.Text("Note")
    amounts = fields.One2Many("waystation.report.amount", "report", "Amounts")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [("time", "DESC"), ("id", "DESC")]


class Amount(ModelSQL, ModelView):
    """What was taken, or counted, of one kind of payment."""

    __name__ = "waystation.report.amount"
    _rec_name = "payment"

    report = fields.Many2One("waystation.report", "Report", required=True, ondelete="CASCADE")
    payment = fields.Char("Payment", required=True)
    amount = fields.Numeric("Amount", required=True)
