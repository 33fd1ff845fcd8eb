"""What is asked of a channel depends on what it says it can do, never on its kind."""

import pytest

from channels.contract import Ability
from schemas.standing import Can


def only_if(condition: object, why_not: str) -> None:
    """Leave the test, saying why, where this channel promises nothing that it could ask for."""
    if not condition:
        pytest.skip(why_not)


def only_if_able(ability: Ability) -> None:
    """Leave the test where the hub does not do it on this channel."""
    only_if(ability.can is Can.YES, f"not done on this channel: {ability.words}")
