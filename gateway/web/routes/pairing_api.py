"""Pairing a phone, proving it again, and putting it out."""

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, request

from gateway.access.pairing import LIFE_MS, Invitation, Pairings
from gateway.access.phones import NewPhone, PairedPhone, PairedPhones
from gateway.access.users import User
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import cookie, guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts
from gateway.web.routes import qr, trust_api
from gateway.web.routes.pairing_shapes import (
    Challenge,
    Claim,
    Claimed,
    Emptied,
    Invited,
    NewPairing,
    Person,
    Phone,
    PhoneChange,
    Phones,
    Proof,
    State,
)
from gateway.web.routes.session_api import FORM_BYTES_MAX, Session, begin, session_of

# Of the fingerprint in a link: 128 bits say enough, and the picture stays easy to scan.
ROOT_DIGITS = 32
KEY_REFUSED = ("phone_unpaired", "phone_retired", "phone_lost")


def blueprint(parts: Parts, build: str) -> Blueprint:
    """Routes under /api/v1/pairings and /api/v1/phones."""
    api = Blueprint("pairing", __name__, url_prefix="/api/v1")
    pairings = Pairings(parts.store, parts.users)
    phones = PairedPhones(parts.store, parts.users)
    _inviting(api, parts, pairings, phones)
    _proving(api, parts, pairings, phones, build)
    _listing(api, parts, pairings, phones)
    return api


def _inviting(api: Blueprint, parts: Parts, pairings: Pairings, phones: PairedPhones) -> None:
    @api.post("/pairings")
    @allows(
        "pairing",
        "create",
        body=NewPairing,
        answers={201: Invited},
        problems=("user_unknown", "pairing_not_allowed", "password_needed"),
        summary="Let a person's phone in: a QR code and a code to type, for ten minutes",
    )
    def invite() -> Any:
        guard.prove()
        made = pairings.issue(guard.body(NewPairing).user, guard.actor())
        return _invited(made, parts.settings.tls.origin, trust_api.root_of(parts)), 201

    @api.get("/pairings/<identity>")
    @allows(
        "pairing",
        "read",
        answers={200: State},
        problems=("pairing_unknown",),
        summary="Has a phone come yet?",
    )
    def look(identity: str) -> Any:
        found = pairings.look(identity)
        phone = phones.get(found.phone) if found.phone else None
        return State(found.state, _shown(parts, [phone])[0] if phone else None)

    @api.delete("/pairings/<identity>")
    @allows(
        "pairing",
        "delete",
        answers={204: None},
        problems=("pairing_unknown",),
        summary="Withdraw a pairing that no phone has claimed",
    )
    def withdraw(identity: str) -> Any:
        pairings.withdraw(identity)
        return "", 204


def _proving(
    api: Blueprint, parts: Parts, pairings: Pairings, phones: PairedPhones, build: str
) -> None:
    def challenge_for(identity: str) -> Challenge:
        return Challenge(phones.epoch, phones.challenge(identity), phones.orders(identity))

    @api.post("/phones")
    @allows(
        "pairing",
        "claim",
        body=Claim,
        answers={201: Claimed},
        problems=(
            "pairing_over",
            "pairing_code_wrong",
            "throttled",
            "phone_key_unfit",
            "form_invalid",
            *KEY_REFUSED,
        ),
        bytes_max=FORM_BYTES_MAX,
        summary="Show a pairing's token or code with the phone's public key; may be repeated",
    )
    def claim() -> Any:
        form = guard.body(Claim)
        key = _bytes(form.public_key, "phone_key_unfit")
        phone = NewPhone(form.phone, form.device, form.name.strip(), key)
        user = pairings.claim(form.token, form.code, phone, guard.source())
        return Claimed(form.phone, user.name, challenge_for(form.phone)), 201

    @api.post("/phones/<identity>/challenge")
    @allows(
        "phone",
        "prove",
        answers={200: Challenge},
        problems=KEY_REFUSED,
        summary="What this phone has to sign next: good once, for a minute",
    )
    def ask(identity: str) -> Any:
        return challenge_for(identity)

    @api.post("/phones/<identity>/session")
    @allows(
        "phone",
        "prove",
        body=Proof,
        answers={200: Session},
        problems=KEY_REFUSED,
        bytes_max=FORM_BYTES_MAX,
        summary="Sign in with a signature of the phone's key",
    )
    def prove(identity: str) -> Any:
        proof = guard.body(Proof)
        signature = _bytes(proof.signature, "phone_unpaired")
        user, device = phones.prove(identity, proof.nonce, signature)
        actor = user.actor()
        return begin(parts, actor, session_of(parts, actor, build), device=device, paired=identity)


def _listing(api: Blueprint, parts: Parts, pairings: Pairings, phones: PairedPhones) -> None:
    @api.get("/phones")
    @allows("phone", "list", answers={200: Phones}, summary="Every paired phone")
    def listed() -> Any:
        people = [Person(u.id, u.name, u.role) for u in _pairable(pairings)]
        return Phones(_shown(parts, phones.list()), people)

    @api.post("/phones/<identity>")
    @allows(
        "phone",
        "retire",
        body=PhoneChange,
        answers={200: Phone},
        problems=("phone_unknown",),
        summary="Retire a phone, which then hands over what it holds and empties itself; or declare"
        " it lost, which refuses it at once and has it emptied at its next call",
    )
    def put_out(identity: str) -> Any:
        act = {"retire": phones.retire, "lose": phones.lose}[guard.body(PhoneChange).action]
        return _shown(parts, [act(identity, guard.actor())])[0]

    @api.post("/phones/<identity>/wiped")
    @allows(
        "phone",
        "prove",
        body=Emptied,
        answers={204: None},
        problems=("phone_unpaired",),
        bytes_max=FORM_BYTES_MAX,
        summary="A phone that was retired or lost says that it is empty; may be repeated",
    )
    def wiped(identity: str) -> Any:
        said = guard.body(Emptied)
        phones.wiped(identity, said.word, said.unsent)
        answer = Response(status=204)
        cookie.drop(answer)
        return answer

    @api.delete("/phones/<identity>")
    @allows(
        "phone",
        "delete",
        answers={204: None},
        problems=("phone_unknown",),
        summary="Unpair a phone of one's own; its sessions end",
    )
    def unpair(identity: str) -> Any:
        phones.unpair(identity, guard.actor())
        answer = Response(status=204)
        cookie.drop(answer)
        return answer


def _pairable(pairings: Pairings) -> list[User]:
    """An auditor sees the phones and pairs none."""
    actor = guard.actor()
    return pairings.may_pair(actor) if actor.role in ("manager", "admin") else []


def _invited(made: Invitation, own: str, root: str) -> Invited:
    # Where the site names none, the page's own origin is the address that phones can use too.
    address = own or request.headers.get("Origin") or request.host_url.rstrip("/")
    # After the sign: that part of an address is never sent, so it stands in no log on the way.
    told = root.replace(":", "").lower()[:ROOT_DIGITS]
    link = f"{address}/#pair={made.token}{f'.{told}' if told else ''}"
    code = f"{made.code[:4]}-{made.code[4:]}"
    person = (made.user.id, made.user.name)
    return Invited(made.id, *person, address, link, qr.drawn(link), code, LIFE_MS // 1000, root)


def _shown(parts: Parts, phones: list[PairedPhone]) -> list[Phone]:
    names = {user.id: user.name for user in parts.users.list()}
    reports = parts.phone_reports()
    shown = []
    for phone in phones:
        report = reports.get(phone.device)
        own = report if report and report.user == phone.user else None
        shown.append(
            Phone(
                id=phone.id,
                device=phone.device,
                name=phone.name,
                user=phone.user,
                user_name=phone.person,
                paired_at=to_iso(phone.paired_at),
                paired_by=names.get(phone.paired_by, ""),
                last_seen_at=to_iso(max(phone.seen_at, own.seen_at if own else 0)),
                unsent=own.unsent if own else None,
                told_at=_iso(own.seen_at if own and own.unsent is not None else None),
                retired=phone.retired,
                state=phone.state,
                order=phone.leaving,
                put_out_at=_iso(phone.retired_at),
                wiped_at=_iso(phone.wiped_at),
                wiped_unsent=phone.wiped_unsent,
            )
        )
    return shown


def _iso(at: int | None) -> str | None:
    return None if at is None else to_iso(at)


def _bytes(text: str, refused: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem(refused) from error
