"""What a checkpointer may say is covered: what is signed, and no more than is noted once nothing can be noted."""

from hub.log import tree
from hub.store import log
from workers.seals import Seal, Sealed


def seal(size: int) -> Seal:
    return Seal(log.Checkpoint(size=size, frontier=b"", note=f"{size}"), tree.Frontier())


def test_what_is_signed_covers_before_it_is_noted() -> None:
    known = Sealed().signed(seal(3))
    assert (known.size, known.noted, known.unnoted) == (3, 0, seal(3))
    assert (known.guarded(3).size, known.guarded(3).unnoted) == (3, None)


def test_an_older_signature_takes_nothing_back() -> None:
    assert Sealed().signed(seal(5)).signed(seal(3)).guarded(3).size == 5


def test_while_the_guard_takes_nothing_only_what_it_names_is_covered() -> None:
    stuck = Sealed().signed(seal(3)).guarded(3).signed(seal(5)).unguarded()
    assert (stuck.size, stuck.unnoted) == (3, seal(5))
    assert stuck.signed(seal(7)).size == 3
    again = stuck.signed(seal(7)).guarded(7)
    assert (again.size, again.unnoted) == (7, None)


def test_nothing_is_covered_at_the_beginning() -> None:
    assert (Sealed().size, Sealed().unnoted, Sealed().unguarded().size) == (0, None, 0)
