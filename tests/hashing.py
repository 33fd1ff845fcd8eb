"""Argon2id that costs nothing: for people who are hired by the dozen. What a hash costs is told by its own tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher

from hub.commands import passwords


@contextmanager
def quick() -> Iterator[None]:
    """Hash quickly for as long as the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        passwords._decoy.cache_clear()
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield
    passwords._decoy.cache_clear()
