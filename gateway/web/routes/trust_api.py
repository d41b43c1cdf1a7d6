"""The page that leads a device to trust the gateway's own authority, and what it hands out.

All of it is public, and is served over plain HTTP too where ``tls.help_listen`` says so: whoever
does not trust the gateway yet has no other way to it.
"""

import plistlib
import uuid
from typing import Any

from flask import Blueprint, Response, g
from msgspec import Struct

from gateway.kernel import certificates
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.door.guard import Stream, allows
from gateway.web.door.parts import Parts

TRIAL = "/trust/test"
CERTIFICATE = "application/x-x509-ca-cert"
PROFILE = "application/x-apple-aspen-config"
# The page over plain HTTP asks HTTPS this, to see whether the browser trusts it.
ELSEWHERE = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store"}


class Trust(Struct):
    """What there is to trust; ``fingerprint`` is of the authority (SHA-256), empty where the
    gateway has none of its own. ``origins`` are the gateway's addresses over HTTPS.
    """

    name: str
    fingerprint: str
    ends_at: str | None
    origins: list[str]


class Certificate(Struct):
    """The certificate that is served, for whoever looks after the gateway; empty texts where plain
    HTTP is. ``own``: the gateway's own authority issued it, whose fingerprint is ``authority``.
    """

    on: bool
    own: bool
    issuer: str
    names: list[str]
    begins_at: str | None
    ends_at: str | None
    fingerprint: str
    authority: str
    faults: list[dict[str, Any]]


def blueprint(parts: Parts) -> Blueprint:
    """Routes below /trust, whose page is among the pages, and /api/v1/trust."""
    api = Blueprint("trust", __name__)
    _trial(api, parts)
    _files(api, parts)
    _state(api, parts)
    return api


def origins(parts: Parts) -> list[str]:
    """The gateway's addresses over HTTPS."""
    port = int(parts.settings.web.listen.rpartition(":")[2])
    return parts.settings.tls.origins(port)


def root_of(parts: Parts) -> str:
    """The fingerprint of the own authority, empty where the gateway has none."""
    root = parts.certificate.authority() if parts.certificate else None
    return certificates.seen(root).fingerprint if root else ""


def _trial(api: Blueprint, parts: Parts) -> None:
    @api.get(TRIAL)
    @allows("trust", "read", answers={204: None}, summary="Reached by whoever trusts the gateway")
    def test() -> Any:
        return "", 204, ELSEWHERE

    @api.get("/api/v1/trust")
    @allows("trust", "read", answers={200: Trust}, summary="What there is to trust")
    def trust() -> Any:
        root = parts.certificate.authority() if parts.certificate else None
        if root is None:
            return Trust("", "", None, origins(parts))
        found = certificates.seen(root)
        ends_at = to_iso(found.ends_at)
        return Trust(found.subject, found.fingerprint, ends_at, origins(parts))


def _files(api: Blueprint, parts: Parts) -> None:
    @api.get("/trust/authority.crt")
    @allows(
        "trust",
        "read",
        answers={200: Stream(CERTIFICATE)},
        problems=("page_missing",),
        summary="The gateway's own authority",
    )
    def certificate() -> Any:
        return _attached(certificates.der(_authority(parts)), CERTIFICATE, "waystation.crt")

    @api.get("/trust/authority.mobileconfig")
    @allows(
        "trust",
        "read",
        answers={200: Stream(PROFILE)},
        problems=("page_missing",),
        summary="The same as a profile for Apple's devices",
    )
    def profile() -> Any:
        content = plistlib.dumps(_profile(_authority(parts)))
        return _attached(content, PROFILE, "waystation.mobileconfig")


def _state(api: Blueprint, parts: Parts) -> None:
    @api.get("/api/v1/certificate")
    @allows(
        "certificate",
        "read",
        answers={200: Certificate},
        summary="The certificate that is served, and what is wrong with it",
    )
    def state() -> Any:
        served = parts.certificate
        found = served.seen() if served else None
        if served is None or found is None:
            return Certificate(False, False, "", [], None, None, "", "", [])
        return Certificate(
            on=True,
            own=served.own,
            issuer=found.issuer,
            names=list(found.names),
            begins_at=to_iso(found.begins_at),
            ends_at=to_iso(found.ends_at),
            fingerprint=found.fingerprint,
            authority=root_of(parts),
            faults=[fault.document(g.language) for fault in served.faults()],
        )


def _authority(parts: Parts) -> bytes:
    root = parts.certificate.authority() if parts.certificate else None
    if root is None:
        raise Problem("page_missing")
    return root


def _attached(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, content_type=media_type)


def _profile(root: bytes) -> dict[str, object]:
    """Apple's configuration profile with one certificate in it. Its ids follow from the authority,
    so that a second installation replaces the first.
    """
    found = certificates.seen(root)
    ids = [uuid.uuid5(uuid.NAMESPACE_OID, f"{part} {found.fingerprint}") for part in range(2)]
    common = {"PayloadVersion": 1, "PayloadDisplayName": found.subject}
    return {
        **common,
        "PayloadType": "Configuration",
        "PayloadIdentifier": f"waystation.{ids[0]}",
        "PayloadUUID": str(ids[0]).upper(),
        "PayloadContent": [
            {
                **common,
                "PayloadType": "com.apple.security.root",
                "PayloadIdentifier": f"waystation.{ids[0]}.authority",
                "PayloadUUID": str(ids[1]).upper(),
                "PayloadCertificateFileName": "waystation.crt",
                "PayloadContent": certificates.der(root),
            }
        ],
    }
