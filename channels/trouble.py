"""What a channel raises: that an attempt did not get through, or that nothing is there yet."""

from schemas.budget import Budget
from schemas.delivery import Reaction, Trouble

#: Bounds of how soon to look again: at once would be without end, and a day is the longest that is looked at all.
SOONEST_SECONDS, LATEST_SECONDS = 0.05, 86_400.0


class ChannelError(Exception):
    """An attempt did not get through; `reaction` says what to do next, `code` and `detail` are the channel's own words.

    Anything else that escapes a channel is a bug: after an intent it counts as "outcome unknown", before it as held.
    """

    def __init__(
        self,
        reaction: Reaction,
        code: str,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        is_own: bool = False,
        shuts: bool = False,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.trouble = Trouble(
            reaction=reaction,
            code=code[:64],
            detail=detail[:500],
            retry_after_seconds=retry_after_seconds,
            is_own=is_own,
            shuts=shuts,
        )


class NotYetError(Exception):
    """Nothing is wrong and nothing is there yet: look again after `seconds`, at least 0.05 and at most a day."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not yet, again in {seconds} s")
        # In this order, because no comparison with what is no number is true.
        self.seconds = min(max(SOONEST_SECONDS, seconds), LATEST_SECONDS)


def used_up(budget: Budget, seconds: float) -> ChannelError:
    """The error for a budget that is used up until its next window."""
    words = f"“{budget.endpoint}”的次数已用完（每 {budget.seconds} 秒 {budget.limit} 次），到时自动继续"
    return ChannelError(Reaction.QUOTA, "budget", words, retry_after_seconds=seconds)
