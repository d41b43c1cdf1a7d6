"""The power goes while a receipt is being printed."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from devices.simulated.printer import NetworkPrinter
from gateway.kernel import ids
from tests.devices.waiting import until
from tests.torture.gateway import GatewayProcess

PASSWORD = "four quite long words"


class Desk:
    """Somebody who is signed in at a gateway, also after it was started anew."""

    def __init__(self, process: GatewayProcess) -> None:
        self.process = process
        self.cookie = process.sign_in("Ada", PASSWORD)

    def call(self, path: str, body: object = None) -> Any:
        headers = {
            "Content-Type": "application/json",
            "Cookie": self.cookie,
            "X-Waystation": "1",
        }
        raw = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.process.port}/api/v1{path}"
        with urllib.request.urlopen(urllib.request.Request(url, raw, headers), timeout=30) as said:
            return json.load(said)

    def ask(self, printer: str, text: str) -> str:
        document = {"parts": [{"part": "text", "text": text}, {"part": "cut"}]}
        body = {"id": ids.uuid7(0), "printer": printer, "template": "document"}
        job: str = self.call("/print-jobs", {**body, "document": document})["id"]
        return job

    def state(self, job: str) -> str:
        state: str = self.call(f"/print-jobs/{job}")["state"]
        return state


def test_what_was_being_printed_is_uncertain_and_what_waited_comes_out_once(tmp_path: Path) -> None:
    process = GatewayProcess(tmp_path / "data")
    process.user("Ada", "admin", PASSWORD)
    process.start()
    with NetworkPrinter() as printer:
        try:
            desk = Desk(process)
            config = {"host": "127.0.0.1", "port": printer.port, "look_s": 1, "job_s": 60}
            told = {"driver": "network_printer", "name": "Receipts", "config": config}
            device = desk.call("/devices", told)["id"]
            printer.confirms = False
            jobs = [desk.ask(device, text) for text in ("FIRST", "SECOND", "THIRD")]
            until(lambda: "FIRST" in printer.text, 30)
            assert desk.state(jobs[0]) == "printing"
            process.kill()
            printer.confirms = True
            process.start()
            until(lambda: desk.state(jobs[2]) == "done", 60)
            assert [desk.state(job) for job in jobs] == ["uncertain", "done", "done"]
            words = [line for line in printer.text.split() if line.isalpha()]
            assert words == ["FIRST", "SECOND", "THIRD"]
        finally:
            process.stop()
