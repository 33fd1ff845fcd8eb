"""Sparse questions about what is under way: the event comes first, and the platform counts every question."""

from collections.abc import Callable
from datetime import datetime, timedelta

from channels import contract
from channels.wechat.settings import WeChatSettings


class Polls:
    """The schedule of one delivery's questions, kept in its notes."""

    def __init__(self, account: WeChatSettings, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._clock = clock

    async def turn(self, notes: contract.Notes, *, hurry: bool) -> None:
        """Return when it is time to ask, and count the question; NotYetError before.

        With `hurry`, once at once. Kept before the call: a crash may lose one answer, but never asks faster.
        """
        now = self._clock()
        polls = notes.get("polls") or {"count": 0, "due": (now + self._pause(0)).isoformat(), "hurried": False}
        hurry = hurry and not polls["hurried"]
        due = datetime.fromisoformat(polls["due"])
        # Farther away than a pause it is by a clock that was set back since.
        if now < due <= now + self._pause(polls["count"]) and not hurry:
            await notes.keep("polls", polls)
            raise contract.NotYetError((due - now).total_seconds())
        count = polls["count"] + 1
        due = now + self._pause(count)
        await notes.keep("polls", {"count": count, "due": due.isoformat(), "hurried": polls["hurried"] or hurry})

    def rest(self, notes: contract.Notes) -> float:
        """Seconds until the next question."""
        polls = notes.get("polls")
        due = datetime.fromisoformat(polls["due"]) if polls else self._clock() + self._pause(0)
        return max(0.0, (due - self._clock()).total_seconds())

    def _pause(self, count: int) -> timedelta:
        schedule = self._account.poll_seconds
        return timedelta(seconds=schedule[min(count, len(schedule) - 1)])
