"""Which editions this process has rendered before: nothing new happens when it renders them again."""

#: Editions that are remembered, the newest.
KEPT = 512


class Tried:
    """Digests of editions."""

    def __init__(self) -> None:
        self._digests: dict[str, None] = {}

    def add(self, digest: str) -> None:
        """Remember it, and forget the oldest where there are too many."""
        self._digests[digest] = self._digests.pop(digest, None)
        if len(self._digests) > KEPT:
            del self._digests[next(iter(self._digests))]

    def __contains__(self, digest: str) -> bool:
        return digest in self._digests
