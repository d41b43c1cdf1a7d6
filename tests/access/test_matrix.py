"""The whole role x kind x field matrix is agreed in one file, and its invariants hold."""

from gateway.kinds.registry import KINDS
from tests.access import matrix


def test_the_rendered_matrix_is_the_one_that_was_agreed() -> None:
    assert matrix.render() == matrix.GOLDEN.read_text("utf-8"), (
        "a field, a class or a permission changed; if that is meant, write the matrix anew:"
        " python -m tests.access.matrix"
    )


def test_every_field_of_every_kind_is_in_the_matrix_for_every_role() -> None:
    lines = matrix.render().splitlines()
    for kind in KINDS.values():
        fields = len(list(matrix.places(kind.fields)))
        roles = {line.split()[0] for line in lines if line.split()[1].strip(":") == kind.name}
        assert roles == set(matrix.ROLES)
        clerks = [line for line in lines if line.startswith(f"clerk {kind.name} ")]
        assert len(clerks) == fields


def test_no_person_sets_a_guarded_field_without_a_threshold_alone() -> None:
    people = tuple(role for role in matrix.ROLES if role != "erp")
    for kind in KINDS.values():
        guarded = {f.name for f in kind.fields if f.guarded}
        for line in matrix.render().splitlines():
            role, name, *rest = line.split()
            if name != kind.name or role not in people or not rest:
                continue
            if rest[0].split(".")[0] in guarded:
                assert " alone" not in line, line


def test_a_scanner_and_a_till_know_no_customer() -> None:
    lines = matrix.render().splitlines()
    for machine in ("device", "pos"):
        assert {f"{machine} {name}: nothing" for name in KINDS} <= set(lines)
