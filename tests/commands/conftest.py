"""What tests of acts may ask for."""

from collections.abc import Iterator

import pytest

from tests import hashing


@pytest.fixture
def quick_hashes() -> Iterator[None]:
    """For tests that sign in often and are not about what it costs."""
    with hashing.quick():
        yield
