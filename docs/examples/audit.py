"""Follows a gateway's journal without trusting the gateway: the chain, and what was kept of it.

    python run.py journal export > journal.jsonl
    python3 audit.py KEY checkpoints.jsonl < journal.jsonl

KEY is the ``key`` of the first checkpoint that you ever took, from where you wrote it down. One
checkpoint stands in each line. After a restore, what it brought back begins another ``epoch``:
give the checkpoints of the new one, and of the old ones those up to the backup. Needs
``cryptography``, and nothing of Waystation.
"""

import hashlib
import json
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def links(entries: Iterable[str]) -> dict[int, str]:
    """The link of the chain after each entry; stops at the first that does not follow."""
    found, chain = {0: bytes(32).hex()}, bytes(32)
    for number, line in enumerate(entries, 1):
        entry = json.loads(line)
        place = entry["seq"].to_bytes(8, "big") + uuid.UUID(entry["id"]).bytes
        chain = hashlib.sha256(chain + place + bytes.fromhex(entry["digest"])).digest()
        if entry["seq"] != number or entry["chain"] != chain.hex():
            sys.exit(f"entry {number}: the chain breaks")
        found[number] = chain.hex()
    return found


def main(key: str, path: str) -> None:
    """Hold what is read from standard input against every checkpoint of a file."""
    found = links(sys.stdin)
    signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    for line in Path(path).read_text("utf-8").splitlines():
        told = json.loads(line)
        signature = bytes.fromhex(told.pop("signature"))
        said = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        signer.verify(signature, said.encode())
        if found.get(told["seq"]) != told["chain"]:
            sys.exit(f"entry {told['seq']}: not what was there on {told['at']}")
    sys.stdout.write(f"{len(found) - 1} entries, and all that was kept of them\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
