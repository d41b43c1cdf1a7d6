"""`make fuzz-api`: hold the running gateway against its own description, as everybody who may call.

    python -m tests.web.described [--seconds 60]

Each caller is a person and a machine of one role each; tests/web/test_openapi.py does the same with
few examples. Exit code 1 when an answer was not what the description says.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.cast import PASSWORD
from tests.torture.gateway import GatewayProcess

SETTINGS = Path(__file__).with_name("schemathesis.toml")
# A stream has no end to wait for, and a session that signs itself out leaves nothing to look at.
LEFT_OUT = ("--exclude-path", "/api/v1/live", "--exclude-operation-id", "session_sign_out")
# A role of people beside one of machines; there are more of the former.
CALLERS = (
    ("admin", "erp"),
    ("manager", "pos"),
    ("rep", "device"),
    ("clerk", "web"),
    ("finance", "erp"),
    ("auditor", "pos"),
)


def held(
    gateway: GatewayProcess, caller: tuple[str, str], *asked: str
) -> subprocess.CompletedProcess[str]:
    """Ask a running gateway everything there is as one caller; ``asked`` says how much."""
    role, machine = caller
    name = f"Some {role}"
    gateway.user(name, role, PASSWORD)
    token = gateway.token(f"Machine beside the {role}", machine)
    host, port = gateway.address
    command = [
        str(Path(sys.executable).with_name("st")),
        *("--config-file", str(SETTINGS), "run", f"http://{host}:{port}/api/v1/openapi.json"),
        *("--header", "X-Waystation: 1", "--no-color", *LEFT_OUT, *asked),
    ]
    session = gateway.sign_in(name, PASSWORD)
    environment = {
        **os.environ,
        "WAYSTATION_TEST_SESSION": session.partition("=")[2],
        "WAYSTATION_TEST_TOKEN": token,
    }
    return subprocess.run(
        command,
        cwd=gateway.data.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    """As long as was asked for as each caller, with examples of its own; 0 when all is true."""
    parser = argparse.ArgumentParser(description="Hold the gateway against its description.")
    parser.add_argument("--seconds", type=int, default=60, help="for each caller")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    given = parser.parse_args()
    print(f"--- {len(CALLERS)} callers, {given.seconds} s each, seed {given.seed}", flush=True)
    untrue = 0
    for caller in CALLERS:
        with tempfile.TemporaryDirectory() as folder:
            gateway = GatewayProcess(Path(folder, "data"))
            try:
                gateway.start()
                answer = held(
                    gateway, caller, "--max-examples", "1000", "--max-time", str(given.seconds),
                    "--phases", "coverage,fuzzing", "--seed", str(given.seed),
                    "--continue-on-failure",
                )  # fmt: skip
            finally:
                gateway.kill()
        untrue += answer.returncode != 0
        said = answer.stdout if answer.returncode else answer.stdout.strip().splitlines()[-1]
        print(f"{' and '.join(caller):<20} {said}{answer.stderr}", flush=True)
    return 1 if untrue else 0


if __name__ == "__main__":
    sys.exit(main())
