"""What came in, as the console and the command line see it."""

from gateway.kinds.registry import KINDS
from gateway.store.database import Store
from sync.erp.bringing import api
from sync.erp.bringing.plan import sources
from sync.erp.bringing.rounds import Bring
from sync.erp.incoming import Incoming
from sync.erp.mapping import reading
from sync.jobs.ended import Ended
from tests.cast import World
from tests.erp.bringing.far import MAPPING, Far, FarLine
from tests.erp.shop import Shop


def incoming(store: Store, far: Far) -> Incoming:
    shop, plan = Shop(store), sources(reading.parse("far", MAPPING), KINDS)
    line, restraint = FarLine(far), shop.restraint("far")
    return Incoming({"far": Bring(store, lambda: shop.records.engine, line, restraint, plan)}, 300)


def test_the_console_tells_what_came_in_and_what_could_not_be_taken(store: Store) -> None:
    far = Far()
    far.item("Coffee", sku="SKU-1")
    bad = far.party("Wrong number", vat="DE1")
    coming = incoming(store, far)
    world = World(store, blueprints=[api.blueprint(coming.brings)])
    (before,) = world.ben.get("/api/v1/erp/incoming").json["connectors"]
    assert before == {"name": "far", "round": None, "refused": []}
    ((name, seconds, call, *_),) = coming.jobs()
    assert (name, seconds) == ("erp bring far", 300)
    assert call() == Ended({"new": 1, "changed": 0, "gone": 0, "refused": 1})
    (told,) = world.ben.get("/api/v1/erp/incoming").json["connectors"]
    assert told["round"]["kinds"]["product"]["new"] == 1
    assert told["round"]["problem"] is None
    (row,) = told["refused"]
    assert (row["kind"], row["ref"], row["title"]) == ("customer", bad, "Wrong number")
    assert row["problem"]["code"] == "record_invalid"
    assert world.ana.get("/api/v1/erp/incoming").status_code == 403


def test_the_command_line_goes_on_until_a_round_is_over(store: Store) -> None:
    far = Far()
    far.item("Coffee", sku="SKU-1")
    commands = incoming(store, far).commands()
    assert commands["erp.bringing"]() == ["far"]
    told = commands["erp.bring"](connector="far", full=True, gone=False)
    assert told["done"] is True
    assert told["kinds"]["product"] == {
        "read": 1, "new": 1, "changed": 0, "same": 0, "refused": 0, "left": 0, "gone": 0,
        "conflicts": 0,
    }  # fmt: skip
