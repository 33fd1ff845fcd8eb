"""What tests of acts may ask for."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from hub.commands import passwords


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2id that costs nothing: for tests that sign in often and are not about what it costs."""
    passwords._decoy.cache_clear()
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield
    passwords._decoy.cache_clear()
