"""What changed between two texts or two editions, as a person reads it: 花脸稿. Pure."""

from hub.core.redline.changes import Change, What, changes
from hub.core.redline.page import redline

__all__ = ["Change", "What", "changes", "redline"]
