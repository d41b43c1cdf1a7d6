"""Operations that wait for another one, or for a person who mends them."""

from collections.abc import Callable

import pytest

from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.push import Push
from sync.phone.waiting import Waiting
from tests.phone.bench import ANA, CLEO, POISON, Phone, new_id

Phones = Callable[..., Phone]


@pytest.fixture
def waiting(store: Store, records: Records, push: Push) -> Waiting:
    people = {actor.id: actor for actor in (ANA, CLEO)}
    return Waiting(store, records, push, people.get)


def status(store: Store, identity: str) -> str:
    with store.read() as rows:
        return str(
            rows.value(
                "SELECT status FROM operations WHERE id = ?",
                (bytes.fromhex(identity.replace("-", "")),),
            )
        )


def test_a_chain_that_waited_is_released_by_its_first_link(
    store: Store, waiting: Waiting, phone: Phones
) -> None:
    ana = phone()
    first = ana.create("First")
    second = ana.create("Second", depends_on=[first["id"]])
    third = ana.create("Third", depends_on=[second["id"]])
    fourth = ana.scan(depends_on=[third["id"]])
    assert ana.statuses(second, third, fourth) == ["blocked_by"] * 3
    waiting.release(ana.send(first))
    assert [status(store, each["id"]) for each in (second, third, fourth)] == ["applied"] * 3
    assert ana.statuses(second, third, fourth) == ["duplicate"] * 3


def test_an_update_is_released_by_the_creation_it_overtook(
    store: Store, waiting: Waiting, phone: Phones
) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    update = ana.edit(customer["record"], 1, {"mood": "sunny"})
    other = ana.edit(new_id(), 1, {"mood": "grey"})
    ana.send(update, other)
    waiting.release(ana.send(customer))
    assert (status(store, update["id"]), status(store, other["id"])) == ("applied", "blocked_by")


def test_a_customer_mended_at_the_desk_frees_what_waited_for_it(
    store: Store, waiting: Waiting, phone: Phones
) -> None:
    ana = phone()
    customer = ana.create("")
    order = ana.create("Order", depends_on=[customer["id"]])
    ana.send(customer, order)
    settled = waiting.resend(customer["id"], {"data": {"name": "Nordwind"}}, 1, CLEO)
    assert settled.status == "applied"
    assert status(store, order["id"]) == "applied"
    # The phone that sends its old version again hears that it is settled.
    (late,) = ana.send(customer)
    assert (late.status, late.answer.status) == ("duplicate", "applied")
    with store.read() as rows:
        told = rows.tuples("SELECT type, actor FROM journal ORDER BY seq")
    assert told == [
        ("access.operation_mended", CLEO.id),
        ("record.created", ANA.id),
        ("record.created", ANA.id),
    ]


def test_what_is_sent_again_unmended_keeps_its_content(
    store: Store, waiting: Waiting, phone: Phones
) -> None:
    ana, cleo = phone(1), phone(2, CLEO)
    customer = cleo.create("Nordwind")
    customer["data"]["territory"] = "south"
    cleo.send(customer)
    edit = ana.edit(customer["record"], 1, {"mood": "sunny"})
    assert ana.statuses(edit) == ["rejected"]
    cleo.send(cleo.edit(customer["record"], 1, {"territory": "north"}))
    assert waiting.resend(edit["id"], {}, 1, CLEO).status == "merged"


def test_an_operation_set_aside_can_be_mended(waiting: Waiting, phone: Phones) -> None:
    ana = phone()
    poison = ana.create(POISON)
    for _ in range(5):
        ana.send(poison)
    assert waiting.resend(poison["id"], {"data": {"name": "Nordwind"}}, 1, CLEO).status == "applied"


def test_a_mended_operation_that_is_still_wrong_stays_where_it_is(
    store: Store, waiting: Waiting, phone: Phones
) -> None:
    ana = phone()
    customer = ana.create("")
    ana.send(customer)
    assert waiting.resend(customer["id"], {"data": {"notes": "x"}}, 1, CLEO).status == "rejected"
    assert status(store, customer["id"]) == "rejected"


@pytest.mark.parametrize("revision", [0, -1])
def test_mending_takes_a_higher_revision(waiting: Waiting, phone: Phones, revision: int) -> None:
    ana = phone()
    customer = ana.create("")
    ana.send(customer)
    with pytest.raises(Problem, match="operation_unknown"):
        waiting.resend(customer["id"], {"data": {"name": "Nordwind"}}, revision, CLEO)


def test_only_what_waits_can_be_mended(waiting: Waiting, phone: Phones) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    ana.send(customer)
    for identity in (customer["id"], new_id(), "17"):
        with pytest.raises(Problem, match="operation_unknown"):
            waiting.resend(identity, {}, 5, CLEO)


def test_the_work_of_somebody_who_is_gone_waits_for_a_person(
    store: Store, records: Records, push: Push, phone: Phones
) -> None:
    ana = phone()
    first = ana.create("First")
    second = ana.create("Second", depends_on=[first["id"]])
    ana.send(second)
    Waiting(store, records, push, {}.get).release(ana.send(first))
    assert status(store, second["id"]) == "blocked_by"
