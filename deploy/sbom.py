"""The list of all parts, a software bill of materials as CycloneDX 1.6, from the locks.

The same locks give the same list, byte for byte: it holds no time and no name of a machine.
"""

import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from deploy.licences import licence
from deploy.parts import ROOT, Part, locked


def bill() -> dict[str, Any]:
    """The whole list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = sorted(locked(), key=lambda part: part.purl)
    components = [_component(part) for part in parts]
    own = f"pkg:generic/{project['name']}@{project['version']}"
    content = json.dumps([own, components], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, content).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            }
        },
        "components": components,
    }


def main(target: str) -> None:
    """Write the list to a file, whose folder may be new."""
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill(), indent=2, ensure_ascii=False) + "\n", "utf-8")


def _component(part: Part) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "scope": part.scope,
        "hashes": [{"alg": kind, "content": digest} for kind, digest in part.hashes],
        "licenses": _licences(licence(part)),
        "purl": part.purl,
    }


def _licences(said: str) -> list[dict[str, Any]]:
    if " " in said:
        return [{"expression": said}]
    # Which of the BSD licences, nobody says.
    return [{"license": {"name": said} if said == "BSD" else {"id": said}}]


if __name__ == "__main__":
    main(sys.argv[1])
