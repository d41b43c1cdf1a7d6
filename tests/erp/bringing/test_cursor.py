"""The cursor: whatever commits late within the overlap is read, and nothing is read twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.kernel.clock import to_iso
from sync.erp.bringing import cursor
from sync.erp.bringing.cursor import Page, Place, Sight
from sync.erp.line import Plain, Row, Where

BEGIN_MS = 1_800_000_000_000
OVERLAP_S = 30


def stamp(at_s: float) -> str:
    return f"{to_iso(BEGIN_MS + round(at_s * 1000))}"


@dataclass
class Model:
    """A model of an ERP: rows by id, and transactions that have begun and not committed yet."""

    whole_seconds: bool
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)

    def commit(self, ids: Sequence[str], at: str, version: int) -> None:
        self.rows |= dict.fromkeys(ids, (at, version))

    def find(self, where: Sequence[Where], order: Sequence[str], limit: int) -> list[Row]:
        told: list[dict[str, Plain]] = [
            {"id": identity, "changed": at, "version": version}
            for identity, (at, version) in self.rows.items()
        ]
        kept = [row for row in told if all(_holds(row, one) for one in where)]
        kept.sort(key=lambda row: [str(row[name]) for name in order])
        if self.whole_seconds:
            kept = [{**row, "changed": f"{str(row['changed'])[:19]}Z"} for row in kept]
        return list(kept[:limit])


def _holds(row: Row, one: Where) -> bool:
    left, right = str(row[one.field]), str(one.value)
    if one.field == "changed":
        left, right = left.replace("Z", ""), right.replace("Z", "")
        right = right if "." in right else f"{right}.000"
    return {">=": left >= right, "<": left < right, ">": left > right}[one.operator]


@dataclass
class Reader:
    """Rounds over a model, in time that goes on; what they take."""

    model: Model
    limit: int
    place: Place = field(default_factory=Place)
    seen: dict[str, Sight] = field(default_factory=dict)
    taken: list[tuple[str, int]] = field(default_factory=list)

    def page(self, place: Place) -> Page:
        asked = cursor.question("changed", place)
        rows = self.model.find(asked.where, asked.order, self.limit)
        page = cursor.answer("changed", place, rows, self.limit)
        news = cursor.unseen("changed", page.rows, self.seen)
        self.taken += [(str(r["id"]), int(str(r["version"]))) for r in page.rows if r["id"] in news]
        self.seen |= news
        return page

    def keep(self, begun: Place, page: Page, took_s: float) -> None:
        self.place = cursor.kept(begun, page, OVERLAP_S, int(took_s) + 1)

    def start(self) -> Place:
        place = cursor.start(self.place)
        self.seen = {key: one for key, one in self.seen.items() if one.stamp >= place.floor}
        return place


# (seconds until it begins, seconds it takes, ids that it changes)
transactions = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.floats(0, OVERLAP_S),
        st.sets(st.sampled_from([f"{n:02}" for n in range(12)]), min_size=1, max_size=6),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(
    transactions,
    st.lists(st.floats(0, 15), min_size=1, max_size=40),
    st.integers(2, 5),
    st.booleans(),
    st.sets(st.integers(0, 40), max_size=4),
)
def test_whatever_commits_late_within_the_overlap_is_taken_once(
    begun: list[tuple[float, float, set[str]]],
    pauses: list[float],
    limit: int,
    whole_seconds: bool,
    kills: set[int],
) -> None:
    """Commits fall between pages as between rounds, and a kill ends a round after any page."""
    model, at = Model(whole_seconds), 0.0
    commits: list[tuple[float, str, list[str], int]] = []
    for version, (pause, takes, ids) in enumerate(begun):
        at += pause
        commits.append((at + takes, stamp(at), sorted(ids), version))
    commits.sort()
    reader, now, pages, began = Reader(model, limit), 0.0, 0, 0.0
    place: Place | None = None
    opened = Place()

    def commit_until(time: float) -> None:
        while commits and commits[0][0] <= time:
            _, one, ids, version = commits.pop(0)
            model.commit(ids, one, version)

    for pause in [*pauses, 10_000.0, 0.0]:
        now += pause
        commit_until(now)
        if place is None or pages in kills:
            place, began = (opened := reader.start()), now
        for _ in range(400 if pause in (10_000.0, 0.0) else 1):
            page = reader.page(place)
            pages += 1
            reader.keep(opened, page, now - began)
            place = None if page.is_last else page.next
            if place is None:
                break
    assert place is None
    assert len(reader.taken) == len(set(reader.taken))
    last = {identity: version for identity, (_, version) in model.rows.items()}
    assert {one: dict(reader.taken)[one] for one in last} == last


def test_a_batch_that_shares_one_stamp_and_fills_pages_is_read_by_id() -> None:
    model = Model(whole_seconds=False)
    model.commit([f"{n:03}" for n in range(25)], stamp(0.25), 1)
    model.commit(["zzz"], stamp(0.5), 1)
    model.commit(["100"], stamp(7), 1)
    reader, place, pages = Reader(model, 10), Place(), 0
    while True:
        page = reader.page(place)
        reader.keep(Place(), page, 0)
        place = page.next
        pages += 1
        if page.is_last:
            break
    assert len(reader.taken) == len(set(reader.taken)) == 27
    assert pages == 5
    place = reader.start()
    while not (page := reader.page(place)).is_last:
        place = page.next
    assert len(reader.taken) == 27


def test_a_round_begins_before_the_last_one_ended_and_goes_on_where_one_was_broken_off() -> None:
    place = Place("2026-11-22T10:00:00Z", None, 300, "2026-11-22T09:00:00Z")
    assert cursor.start(place).instant == "2026-11-22T09:55:00Z"
    assert cursor.start(replace(place, reach_s=9999)).instant == "2026-11-22T09:00:00Z"
    broken = cursor.start(replace(place, id="7", is_open=True))
    assert (broken.instant, broken.id) == (place.instant, "7")
    after = cursor.kept(broken, Page((), replace(broken, id=None), True), 300, 10)
    assert cursor.start(after).instant == "2026-11-22T09:55:00Z"
    assert cursor.start(Place()) == Place()
