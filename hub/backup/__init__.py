"""Backups: one file that holds the store, the public tree and, when asked, the keys; and the way back from it.

Taken while everything runs, from one snapshot of the store. Restored only into an empty place: it never overwrites.
"""

from hub.backup.restoring import restore
from hub.backup.writing import write

__all__ = ["restore", "write"]
