"""Names on the disk: a file that was made, linked or renamed is there after a power cut once its folder was synced."""

import os
from pathlib import Path


def sync(folder: Path) -> None:
    """Make the names in the folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
