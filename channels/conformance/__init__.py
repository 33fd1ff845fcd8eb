"""The conformance suite: a kind of channel is held to the contract by a `World` of its own (docs/write-a-channel.md).

It is pytest's, and needs what `pyproject.toml` names for tests. Nothing else in `channels` imports it.
"""

import pytest

# Before they are imported: a failing assertion of the suite then shows what it compared.
pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in ("after", "render", "terms", "trouble", "way")))

from channels.conformance.suite import Conformance  # noqa: E402
from channels.conformance.world import World  # noqa: E402

__all__ = ["Conformance", "World"]
