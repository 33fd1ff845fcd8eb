"""What a channel raises is bounded where it is made, whoever wrote the channel."""

import math

import pytest

from channels.trouble import LATEST_SECONDS, SOONEST_SECONDS, NotYetError


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        (0.0, SOONEST_SECONDS),
        (-5.0, SOONEST_SECONDS),
        (math.nan, SOONEST_SECONDS),
        (0.4, 0.4),
        (3600.0, 3600.0),
        (1e300, LATEST_SECONDS),
        (math.inf, LATEST_SECONDS),
    ],
)
def test_a_look_is_neither_at_once_nor_never(asked: float, seconds: float) -> None:
    assert NotYetError(asked).seconds == seconds
