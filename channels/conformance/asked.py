"""What is asked of a channel depends on what it says it can do, never on its kind."""

import pytest

from channels.contract import Ability
from schemas.standing import Can

#: Why nothing is asked after a commit.
HANDED = "what became of it is in somebody's hands"


def only_if(condition: object, why_not: str) -> None:
    """Leave the test, saying why, where this channel promises nothing that it could ask for."""
    if not condition:
        pytest.skip(why_not)


def only_if_able(ability: Ability, *, is_handed: bool) -> None:
    """Leave the test where nothing of it is done by way of this channel."""
    able = ability.can is Can.YES or (ability.can is Can.BY_HAND and is_handed)
    only_if(able, f"not done on this channel: {ability.words}")
