"""What got no answer: until the ERP can no longer be at work on it, nobody asks again."""

from gateway.kernel.problems import Problem
from sync.erp.receipt import Receipt


def resting(seq: int, limit_s: int) -> Receipt:
    """An entry that may have reached the ERP; after ``limit_s`` seconds it is looked for there."""
    problem = Problem("erp_sale_unsure", minutes=-(-limit_s // 60))
    return Receipt(seq, "deferred", problem, rest_s=limit_s)
