"""What this process remembers of what it did last."""

from schemas.recent import Recent

__all__ = ["Recent"]
