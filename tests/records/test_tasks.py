"""Follow-ups: for whom they are, who sees them, and how two people's words about one are merged."""

from typing import Any

import pytest

from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import feed, following
from tests.cast import World
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, NORA, OTTO, UDO, Shop

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def cafe(shop: Shop) -> str:
    return shop.create(ANA, territory="north").head.id


def task(shop: Shop, actor: Any, **data: Any) -> Any:
    return shop.create(actor, "task", **{"title": "Bring the new list", **data})


def codes(problem: Problem) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in problem.errors]


def test_a_task_has_a_number_and_starts_open(shop: Shop, cafe: str) -> None:
    head = task(shop, ANA, customer=cafe, due="2026-12-01").head
    assert head.number == "W1-F000001"
    assert head.data == {
        "title": "Bring the new list",
        "customer": cafe,
        "due": "2026-12-01",
        "priority": "normal",
        "status": "open",
        "territory": "north",
    }


def test_a_task_without_a_customer_is_its_author_s_territory_s(shop: Shop) -> None:
    assert task(shop, OTTO).head.territory == "south"


def test_a_task_of_the_desk_stands_where_its_customer_stands(shop: Shop, cafe: str) -> None:
    made = task(shop, CLEO, record=NOBODY, customer=cafe)
    assert made.head.territory == "north"
    shop.records.get(NORA, "task", made.head.id)
    with pytest.raises(Problem, match="record_missing"):
        shop.records.get(OTTO, "task", made.head.id)
    again = task(shop, CLEO, record=NOBODY, customer=cafe)
    assert (again.status, again.head.id) == ("unchanged", made.head.id)


def test_a_customer_that_does_not_exist_is_told_at_its_place(shop: Shop) -> None:
    with pytest.raises(Problem) as refused:
        task(shop, CLEO, customer=NOBODY)
    assert codes(refused.value) == [("reference_missing", "/customer")]


def test_another_territory_s_customer_cannot_be_named(shop: Shop, cafe: str) -> None:
    with pytest.raises(Problem) as refused:
        task(shop, OTTO, customer=cafe)
    assert codes(refused.value) == [("reference_missing", "/customer")]
    own = task(shop, OTTO).head
    with pytest.raises(Problem) as refused:
        shop.edit(OTTO, own.id, {"customer": cafe}, kind="task")
    assert codes(refused.value) == [("reference_missing", "/customer")]


def test_a_product_is_no_customer(shop: Shop) -> None:
    product = shop.create(BEN, "product", name="Coffee").head.id
    with pytest.raises(Problem) as refused:
        task(shop, CLEO, customer=product)
    assert codes(refused.value) == [("reference_missing", "/customer")]


def test_what_a_task_named_once_may_be_out_of_sight_later(shop: Shop, cafe: str) -> None:
    made = task(shop, ANA, customer=cafe).head
    shop.edit(BEN, cafe, {"territory": "south"})
    after = shop.edit(ANA, made.id, {"status": "done"}, kind="task")
    assert (after.status, after.head.data["status"]) == ("applied", "done")


def test_two_words_about_the_due_date_wait_for_a_person_and_two_notes_are_both_kept(
    shop: Shop, cafe: str
) -> None:
    made = task(shop, ANA, customer=cafe, due="2026-12-01", note="Ask for Ute").head
    first = {"due": "2026-12-03", "note": "Ask for Ute\nRing twice", "priority": "high"}
    shop.edit(ANA, made.id, first, kind="task")
    second = {"due": "2026-12-08", "note": "Ask for Ute\nClosed on Mondays"}
    after = shop.edit(NORA, made.id, second, kind="task")
    assert after.status == "conflict"
    assert shop.contested(made.id) == {"due": ['"2026-12-03"', '"2026-12-08"']}
    kept = str(after.head.data["note"])
    assert "Ring twice" in kept
    assert "Closed on Mondays" in kept
    assert after.head.data["priority"] == "high"


def test_a_task_is_found_by_what_is_to_be_done(shop: Shop, cafe: str) -> None:
    made = task(shop, ANA, customer=cafe, note="The coffee machine leaks").head
    assert [one["id"] for one in shop.records.page(NORA, "task", search="machine")[0]] == [made.id]
    assert shop.records.page(OTTO, "task", search="machine")[0] == []


def test_phones_of_its_territory_alone_are_given_a_task(shop: Shop, cafe: str) -> None:
    made = task(shop, ANA, customer=cafe).head

    def fed(actor: Any) -> list[str]:
        with shop.store.read() as rows:
            found = feed.changed(rows, shop.engine, actor, 0, 100)
        return [head.id for head in found if head.kind == "task"]

    assert (fed(NORA), fed(CLEO), fed(OTTO), fed(ADA)) == ([made.id], [made.id], [], [])


def test_tasks_go_where_their_customer_goes_once(shop: Shop, cafe: str) -> None:
    made = [task(shop, ANA, customer=cafe, title=f"Ring {n}").head.id for n in range(3)]
    alone = task(shop, ANA).head.id
    shop.edit(BEN, cafe, {"territory": "south"})
    shop.records.following.run()
    assert {shop.records.get(OTTO, "task", one)["data"]["territory"] for one in made} == {"south"}
    with shop.store.read() as rows:
        gone = feed.departed(rows, shop.engine, ANA, 0, 1_000)
    assert {one for kind, one in gone if kind == "task"} == set(made)
    assert shop.records.get(ANA, "task", alone)["data"]["territory"] == "north"
    (newest, *_) = shop.records.history(BEN, "task", made[0])
    assert newest["actor"] == "Waystation"
    head = shop.store.head
    shop.records.following.run()
    assert shop.store.head == head


def test_a_customer_that_is_given_its_first_territory_takes_its_tasks_along(shop: Shop) -> None:
    cafe = shop.create(CLEO).head.id
    made = task(shop, CLEO, customer=cafe).head
    assert made.territory == ""
    shop.edit(BEN, cafe, {"territory": "south"})
    shop.records.following.run()
    assert shop.records.get(OTTO, "task", made.id)["version"] == 2


def test_a_task_that_a_person_has_put_elsewhere_stays_there(shop: Shop, cafe: str) -> None:
    made = task(shop, ANA, customer=cafe).head.id
    shop.edit(BEN, cafe, {"territory": "south"})
    shop.records.following.run()
    shop.edit(BEN, made, {"territory": "north"}, 2, kind="task")
    shop.records.following.run()
    assert shop.records.get(ANA, "task", made)["data"]["territory"] == "north"
    later = shop.create(BEN, "task", title="Collect the samples", customer=cafe, territory="north")
    shop.records.following.run()
    assert shop.records.get(ANA, "task", later.head.id)["data"]["territory"] == "north"
    shop.edit(BEN, cafe, {"territory": "west"}, 2)
    shop.edit(BEN, cafe, {"territory": "north"}, 3)
    shop.records.following.run()
    assert shop.records.get(ANA, "task", made)["data"]["territory"] == "north"


def test_what_was_left_behind_is_found_by_the_customers_that_left(shop: Shop, cafe: str) -> None:
    with shop.store.read() as rows:
        plan = " ".join(
            str(row[3])
            for row in rows.tuples(f"EXPLAIN QUERY PLAN {following.query('task')}", (5,))
        )
    assert "SCAN t" not in plan, plan
    assert "records_customer" in plan, plan


def test_an_auditor_reads_a_task_without_its_note(shop: Shop, cafe: str) -> None:
    made = task(shop, ANA, customer=cafe, note="Ute is on leave").head
    seen = shop.records.get(UDO, "task", made.id)
    assert seen["masked"] == ["note"]
    assert "Ute" not in str(seen["data"])


def test_the_erp_may_refer_to_any_customer(shop: Shop, cafe: str) -> None:
    assert task(shop, ERP, customer=cafe).head.territory == "north"


def test_the_form_says_what_a_reference_is_to(shop: Shop) -> None:
    schema = next(kind for kind in shop.records.kinds(ANA) if kind["name"] == "task")
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["customer"]["rules"] == {"to": "customer"}
    assert fields["customer"]["writable"] is True
    assert fields["territory"]["writable"] is False
    assert [step["name"] for step in schema["steps"]] == ["task", "more"]
    assert schema["labels"]["zh-CN"] == "任务"
    assert {"task"} <= set(KINDS)


def test_a_task_over_http_is_one_like_any_record(world: World) -> None:
    cafe = world.ana.post(
        "/api/v1/records/customer", json={"data": {"legal_name": "Corner Cafe"}}
    ).json
    body = {"data": {"title": "Ring", "customer": cafe["id"]}}
    made = world.ana.post("/api/v1/records/task", json=body)
    assert made.status_code == 201
    listed = world.ana.get("/api/v1/records/task").json["records"]
    assert [one["data"]["customer"] for one in listed] == [cafe["id"]]
    assert world.otto.get("/api/v1/records/task").json["records"] == []
    assert world.fay.get("/api/v1/records/task").status_code == 403
