"""Whatever somebody writes as a label rule: a sentence says why not, or it reads its labels."""

from devices.codes.label_tables import TABLES
from devices.codes.labels import parse_rules, read_label
from gateway.kernel import canonical

SEEDS = (
    b"22 plu:5 price:5.2 check ; 2212345012503 plu=12345 price_minor=1250",
    b"26 plu:5 amount:5.2 weight:5.3kg check ; 261234501250005758 amount_minor=1250 weight=0.575kg",
    b"99 staff:6", b"20 skip:5 verifier:1 price:4 check", b"21 count:3 plu:7.2",
    *(f"country {name}".encode() for name in TABLES),
)  # fmt: skip


def target(data: bytes) -> None:
    """Each line is a rule; those that are taken read every label they cover."""
    for decimals in (0, 2, 3):
        try:
            rules = parse_rules(data.decode("utf-8", "replace").splitlines(), decimals)
        except ValueError as refused:
            assert "is refused" in str(refused)  # noqa: PT017
            continue
        for rule in rules:
            for filling in ("0", "9"):
                label = rule.prefix + filling * (rule.length - len(rule.prefix))
                elements = read_label(label, rules, decimals)
                assert elements is not None
                canonical.encode(dict(elements.values))
