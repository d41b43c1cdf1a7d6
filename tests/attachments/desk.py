"""A gateway with attachments alone, and how a phone brings one."""

import hashlib
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from config.schema import AttachmentSettings, GatewaySettings, TransferSettings
from gateway.attachments.attachments import Attachments
from gateway.attachments.blocks import BLOCK_BYTES
from gateway.attachments.files import FOLDER
from gateway.kernel.clock import to_iso
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.exports import Exports
from gateway.transfer.held import Held
from gateway.transfer.imports import Imports
from gateway.web.record_routes import records_api
from gateway.web.routes import attachments_api, transfer_api
from sync.erp import recipients
from tests.cast import World

ADDRESS = "/api/v1/attachments"


class Desk:
    """A gateway with attachments, and a customer of the north."""

    def __init__(self, store: Store, **limits: Any) -> None:
        self.store = store
        records = Records(store, KINDS, GatewaySettings())
        limited = AttachmentSettings(**{"disk_free_mib_min": 0, **limits})
        self.attachments = Attachments(records, limited)
        imports = Imports(records, TransferSettings(), 20)
        held = Held(records, self.attachments, recipients.of)
        routes = (
            records_api.blueprint(records),
            attachments_api.blueprint(self.attachments),
            transfer_api.blueprint(imports, Exports(records), held),
        )
        self.world = World(store, blueprints=routes)
        body = {"data": {"legal_name": "Corner Cafe"}}
        self.cafe = self.world.ana.post("/api/v1/records/customer", json=body).json["id"]

    def announce(self, content: bytes, who: str = "ana", **more: Any) -> TestResponse:
        told = {
            "id": of(content), "size": len(content), "type": "application/pdf", "kind": "customer",
            "record": self.cafe, **more,
        }  # fmt: skip
        return getattr(self.world, who).post(ADDRESS, json=told)

    def put(self, content: bytes, offset: int, who: str = "ana", piece: bytes = b"") -> Any:
        piece = piece or content[offset : offset + BLOCK_BYTES]
        return getattr(self.world, who).send(
            "PUT",
            f"{ADDRESS}/{of(content)}/upload?offset={offset}",
            data=piece,
            headers={"Content-Type": "application/octet-stream"},
        )

    def bring(self, content: bytes, who: str = "ana", **more: Any) -> None:
        """All that is wanted of it, from where the gateway says."""
        progress = self.announce(content, who, **more).json
        while not progress["complete"]:
            progress = self.put(content, progress["received"], who).json

    def get(self, content: bytes, who: str = "ana") -> TestResponse:
        return getattr(self.world, who).get(f"{ADDRESS}/{of(content)}")

    def listed(self, who: str = "ana") -> Any:
        return getattr(self.world, who).get(f"/api/v1/records/customer/{self.cafe}/attachments")

    def visit(self, identity: str) -> None:
        now = to_iso(self.store.clock.now_ms())
        event = {
            "specversion": "1.0", "id": identity, "source": "phone", "type": "visit.completed",
            "data": {"customer": self.cafe, "check_in": now, "check_out": now, "outcome": "order",
                     "position_missing": "denied"},
        }  # fmt: skip
        answer = self.world.ana.post("/api/v1/facts", json=event)
        assert answer.json["results"][0]["status"] == "stored"

    def blocks_lost(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()

    @property
    def folder(self) -> Path:
        return self.store.folder / FOLDER


def of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]
