"""Making sure that what a folder says is on the disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Names that were made, changed or taken away in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
