"""Paired phones: a signature proves one, once; a lost one is out at once, others hand over."""

import pytest

from gateway.access import leaving
from gateway.access.pairing import Pairings
from gateway.access.phones import CHALLENGE_MS, CHALLENGES_MAX, PairedPhones, message
from gateway.access.sessions import Sessions
from gateway.access.users import Change, User, Users
from gateway.kernel import canonical, ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.access.phone_keys import DEVICE, new_key, new_phone, point_of, signature_of

SOURCE = "192.0.2.7"


class Held:
    """A phone in somebody's hand: its id and its key."""

    def __init__(self, phones: PairedPhones, pairings: Pairings, user: User, by: User) -> None:
        self.epoch, self.phones, self.key = phones.epoch, phones, new_key()
        said = new_phone(public_key=point_of(self.key))
        self.id = said.id
        invited = pairings.issue(user.id, by.actor())
        pairings.claim(invited.token, "", said, SOURCE)

    def signed(self, nonce: str, **changes: str) -> bytes:
        said = {"epoch": self.epoch, "identity": self.id, "nonce": nonce, **changes}
        return signature_of(self.key, message(**said))

    def prove(self) -> User:
        nonce = self.phones.challenge(self.id)
        return self.phones.prove(self.id, nonce, self.signed(nonce))[0]


@pytest.fixture
def phones(store: Store, users: Users) -> PairedPhones:
    return PairedPhones(store, users)


@pytest.fixture
def held(phones: PairedPhones, pairings: Pairings, ana: User, ben: User) -> Held:
    return Held(phones, pairings, ana, ben)


def test_a_signed_challenge_says_whose_phone_it_is(
    held: Held, phones: PairedPhones, ana: User, clock: ManualClock
) -> None:
    clock.advance(5_000)
    assert held.prove() == ana
    (phone,) = phones.list()
    assert (phone.name, phone.person, phone.device) == ("Ana's phone", "Ana", DEVICE)
    assert phone.seen_at - phone.paired_at == 5_000


def test_a_replay_is_refused(held: Held, phones: PairedPhones) -> None:
    nonce = phones.challenge(held.id)
    signature = held.signed(nonce)
    phones.prove(held.id, nonce, signature)
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, signature)


def test_a_wrong_signature_uses_the_challenge_up(held: Held, phones: PairedPhones) -> None:
    nonce = phones.challenge(held.id)
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, bytes(64))
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, held.signed(nonce))


@pytest.mark.parametrize(
    "changes", [{"epoch": "0123456789abcdef"}, {"identity": DEVICE}, {"nonce": "another"}]
)
def test_a_signature_counts_for_its_own_life_phone_and_challenge(
    held: Held, phones: PairedPhones, changes: dict[str, str]
) -> None:
    nonce = phones.challenge(held.id)
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, held.signed(**{"nonce": nonce, **changes}))


def test_a_signature_of_another_purpose_is_refused(held: Held, phones: PairedPhones) -> None:
    nonce = phones.challenge(held.id)
    text = message(held.epoch, held.id, nonce).replace(b"\nsession\n", b"\nunpair\n")
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, signature_of(held.key, text))


def test_another_phones_challenge_is_of_no_use(
    held: Held, phones: PairedPhones, pairings: Pairings, ben: User
) -> None:
    other = Held(phones, pairings, ben, ben)
    nonce = phones.challenge(other.id)
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, held.signed(nonce))


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(65), b"\xff" * 64])
def test_what_is_no_signature_is_refused(
    held: Held, phones: PairedPhones, signature: bytes
) -> None:
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, phones.challenge(held.id), signature)


def test_a_challenge_is_good_for_a_minute(
    held: Held, phones: PairedPhones, clock: ManualClock
) -> None:
    nonce = phones.challenge(held.id)
    clock.advance(CHALLENGE_MS + 1)
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.prove(held.id, nonce, held.signed(nonce))
    assert held.prove()


def test_the_clock_of_the_wall_has_no_say(held: Held, clock: ManualClock) -> None:
    clock.set(clock.now_ms() + 10 * 365 * 24 * 3600 * 1000)
    assert held.prove()


def test_several_tabs_may_ask_at_once_and_a_flood_takes_no_memory(
    held: Held, phones: PairedPhones
) -> None:
    nonces = [phones.challenge(held.id) for _ in range(CHALLENGES_MAX)]
    for nonce in reversed(nonces):
        assert phones.prove(held.id, nonce, held.signed(nonce))
    for _ in range(1_000):
        last = phones.challenge(held.id)
    assert sum(map(len, phones._challenges.values())) == CHALLENGES_MAX
    assert phones.prove(held.id, last, held.signed(last))


@pytest.mark.parametrize("identity", [DEVICE, "", "no id"])
def test_an_unknown_phone_gets_no_challenge(phones: PairedPhones, identity: str) -> None:
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.challenge(identity)
    assert not phones._challenges


def told(problem: pytest.ExceptionInfo[Problem] | Problem | None) -> tuple[str, object]:
    said = problem.value if isinstance(problem, pytest.ExceptionInfo) else problem
    assert said
    return said.code, said.params.get("word")


def knows(held: Held, order: str, word: object) -> bool:
    """Whether the phone finds that the word is its own gateway's."""
    return held.phones.orders(held.id)[order] == canonical.sha256_hex(str(word).encode())


def test_a_lost_phone_is_refused_and_its_sessions_are_over_at_once(
    held: Held, phones: PairedPhones, store: Store, users: Users, ana: User, ben: User
) -> None:
    sessions = Sessions(store, users)
    signed = sessions.start(ana.actor(), DEVICE, held.id)
    typed = sessions.start(ana.actor(), DEVICE)
    someone = sessions.start(ben.actor(), DEVICE)
    elsewhere = sessions.start(ana.actor(), ids.uuid7(0))
    assert sessions.actor(signed)
    assert sessions.actor(typed)
    nonce = phones.challenge(held.id)
    assert phones.lose(held.id, ben.actor()).state == "lost"
    for token in (signed, typed, someone):
        assert sessions.actor(token) is None
        code, word = told(sessions.put_out(token))
        assert code == "phone_lost"
        assert knows(held, "lose", word)
        assert not knows(held, "retire", word), "one order's word is worth nothing for the other"
    assert sessions.actor(elsewhere), "another phone of the same person goes on"
    assert sessions.put_out(elsewhere) is None
    for asked in (
        lambda: phones.prove(held.id, nonce, held.signed(nonce)),
        lambda: phones.challenge(held.id),
        lambda: sessions.start(ana.actor(), DEVICE),
        lambda: sessions.start(ben.actor(), DEVICE),
    ):
        with pytest.raises(Problem, match="phone_lost") as refused:
            asked()
        assert knows(held, "lose", told(refused)[1])


def test_a_retired_phone_may_still_come_to_hand_over_by_its_key_and_by_the_password(
    held: Held, phones: PairedPhones, store: Store, users: Users, ana: User, ben: User
) -> None:
    sessions = Sessions(store, users)
    before = sessions.start(ana.actor(), DEVICE)
    assert phones.retire(held.id, ben.actor()).state == "draining"
    assert held.prove() == ana
    tokens = (
        before,
        sessions.start(ana.actor(), DEVICE),
        sessions.start(ana.actor(), DEVICE, held.id),
    )
    for token in tokens:
        actor = sessions.actor(token)
        assert actor
        assert actor.leaving == held.id
    others = sessions.actor(sessions.start(ben.actor(), DEVICE))
    assert others
    assert not others.leaving, "somebody else on the same phone goes on"


@pytest.mark.parametrize("order", ["retire", "lose"])
def test_an_empty_phone_says_so_with_the_word_of_its_order_and_is_out_for_good(
    held: Held, phones: PairedPhones, store: Store, users: Users, ana: User, ben: User, order: str
) -> None:
    sessions = Sessions(store, users)
    before = sessions.start(ana.actor(), DEVICE, held.id)
    words = {one: leaving.word(store, one, held.id) for one in leaving.ORDERS}
    with pytest.raises(Problem, match="phone_unpaired"):
        phones.wiped(held.id, words[order], 0)  # nobody gave an order yet
    getattr(phones, order)(held.id, ben.actor())
    wrong = words["lose" if order == "retire" else "retire"]
    for word in (wrong, "", "\u00e9"):
        with pytest.raises(Problem, match="phone_unpaired"):
            phones.wiped(held.id, word, 0)
    for _ in range(2):
        phones.wiped(held.id, words[order], 3)
        (phone,) = phones.list()
        assert (phone.state, phone.leaving, phone.wiped_unsent) == ("wiped", order, 3)
    assert sessions.actor(before) is None
    with pytest.raises(Problem, match="phone_retired"):
        phones.challenge(held.id)


def test_a_retired_phone_may_be_lost_as_well_and_a_lost_one_stays_lost(
    held: Held, phones: PairedPhones, ben: User
) -> None:
    phones.retire(held.id, ben.actor())
    assert phones.lose(held.id, ben.actor()).state == "lost"
    assert phones.retire(held.id, ben.actor()).state == "lost"


def test_a_manager_s_new_pairing_lets_a_phone_in_that_was_lost(
    held: Held, phones: PairedPhones, pairings: Pairings, store: Store, users: Users, ana: User,
    ben: User,
) -> None:  # fmt: skip
    phones.lose(held.id, ben.actor())
    again = Held(phones, pairings, ana, ben)
    assert again.prove() == ana
    actor = Sessions(store, users)
    assert actor.actor(actor.start(ana.actor(), DEVICE))
    with pytest.raises(Problem, match="phone_lost"):
        held.prove()


def test_pairing_a_phone_anew_ends_its_older_key(
    held: Held, phones: PairedPhones, pairings: Pairings, ana: User, ben: User
) -> None:
    again = Held(phones, pairings, ana, ben)
    assert again.prove() == ana
    with pytest.raises(Problem, match="phone_retired"):
        held.prove()
    other = Held(phones, pairings, ben, ben)  # somebody else on the same phone
    assert other.prove() == ben
    assert again.prove() == ana


def test_retiring_twice_changes_nothing(held: Held, phones: PairedPhones, ben: User) -> None:
    assert phones.retire(held.id, ben.actor()) == phones.retire(held.id, ben.actor())


def test_people_unpair_their_own_phones_alone(
    held: Held, phones: PairedPhones, ana: User, ben: User
) -> None:
    with pytest.raises(Problem, match="phone_unknown"):
        phones.unpair(held.id, ben.actor())
    phones.unpair(held.id, ana.actor())
    with pytest.raises(Problem, match="phone_retired"):
        held.prove()


def test_a_disabled_person_has_no_phone(held: Held, users: Users, ana: User) -> None:
    users.change(ana.id, Change(disabled=True))
    with pytest.raises(Problem, match="phone_unpaired"):
        held.prove()


def test_a_signature_proves_the_phone_and_never_the_password(
    held: Held, store: Store, users: Users, ana: User
) -> None:
    sessions = Sessions(store, users)
    assert sessions.proven(sessions.start(ana.actor(), DEVICE))
    signed = sessions.start(ana.actor(), DEVICE, held.id)
    assert not sessions.proven(signed)
    assert not Sessions(store, Users(store)).proven(signed)
