"""What a passkey says and signs: the only module that knows the library, which is read when the
first passkey is asked for (its list of public suffixes costs a small box a sixth of a second).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.kernel.problems import Problem

if TYPE_CHECKING:
    from fido2.server import Fido2Server

NAME = "Waystation"
# What the library raises at bytes that end too soon, nest too deep, or are something else.
UNREADABLE = (ValueError, TypeError, LookupError, RecursionError, struct.error)


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge and what the browser is told, as JSON; ``state`` is for the answer."""

    options: dict[str, Any]
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that has just been made: ``data`` is what its signatures are checked with."""

    credential: bytes
    data: bytes
    counter: int


class Origin:
    """One address of our pages: keys are bound to ``host``, answers to exactly ``origin``."""

    def __init__(self, origin: str, host: str) -> None:
        self._origin = origin
        self._host = host

    def ask_for_new(self, user: bytes, name: str, known: list[bytes]) -> Asked:
        """What makes a key of a person on whatever they hold; none that they have already."""
        from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialUserEntity

        options, state = self._server().register_begin(
            PublicKeyCredentialUserEntity(id=user, name=name, display_name=name),
            [AttestedCredentialData(data) for data in known],
            resident_key_requirement=_required("ResidentKeyRequirement"),
            user_verification=_required("UserVerificationRequirement"),
        )
        return Asked(dict(options.public_key), state)

    def made(self, asked: Asked, answer: Mapping[str, Any]) -> NewKey:
        """The key that an answer brings; Problem passkey_refused."""
        try:
            data = self._server().register_complete(asked.state, answer)
        except UNREADABLE as error:
            raise Problem("passkey_refused") from error
        found = data.credential_data
        if found is None:
            raise Problem("passkey_refused")
        return NewKey(found.credential_id, bytes(found), data.counter)

    def ask_for_any(self) -> Asked:
        """What has any key of this gateway's sign; the key says whose it is."""
        needed = _required("UserVerificationRequirement")
        options, state = self._server().authenticate_begin(user_verification=needed)
        return Asked(dict(options.public_key), state)

    def signed(self, asked: Asked, data: bytes, answer: Mapping[str, Any]) -> int:
        """The counter of a signature that is good; Problem passkey_refused."""
        from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

        try:
            known = [AttestedCredentialData(data)]
            self._server().authenticate_complete(asked.state, known, answer)
            response = AuthenticationResponse.from_dict(answer).response
        except UNREADABLE as error:
            raise Problem("passkey_refused") from error
        return int(response.authenticator_data.counter)

    def _server(self) -> "Fido2Server":
        from fido2.server import Fido2Server
        from fido2.webauthn import PublicKeyCredentialRpEntity

        place = PublicKeyCredentialRpEntity(id=self._host, name=NAME)
        return Fido2Server(place, verify_origin=self._is_ours)

    def _is_ours(self, origin: str) -> bool:
        return origin == self._origin


def _required(what: str) -> Any:
    from fido2 import webauthn

    return getattr(webauthn, what).REQUIRED
