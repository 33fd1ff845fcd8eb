"""The account's calls as the channel makes them: asynchronous, one at a time, every failure sorted into a reaction."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from channels import contract
from channels.wechat import errors, limits, settings, transport
from channels.wechat.errors import Use


class Client:
    """One account. wechatpy blocks and has no locks, so it lives in a thread of its own; that orders token fetches too.

    A cancelled caller does not stop a call that has left: the call ends within its own time limit, and a write that
    was cut off so is of unknown outcome.
    """

    def __init__(
        self, account: settings.WeChatSettings, clock: Callable[[], datetime], counted: contract.Budgets
    ) -> None:
        self._name = account.name
        self._clock = clock
        self._counted = counted
        self._budgets = {budget.endpoint: budget for budget in limits.budgets(account)}
        self._after = {one.endpoint: one for one in limits.budgets(account) if one.endpoint in limits.COUNTED_AFTER}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="wechat")
        self._transport = transport.Transport(
            account.app_id,
            account.secret.get_secret_value(),
            account.api_base,
            timeout_seconds=account.timeout_seconds,
        )

    async def read(self, endpoint: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Make a call that may be repeated. Raises ChannelError; no answer is RETRY."""
        answer = await self._call(endpoint, Use.READ, data=dict(body or {}))
        return answer.fields

    async def write(self, endpoint: str, body: Mapping[str, Any]) -> transport.Answer:
        """Make a call that changes something. Raises ChannelError; ASK whenever it may have been carried out."""
        return await self._call(endpoint, Use.WRITE, data=dict(body))

    async def repeat(self, endpoint: str, body: Mapping[str, Any], *, done: int) -> transport.Answer:
        """Make a write that the platform knows again: the code `done` says that it was carried out before."""
        return await self._call(endpoint, Use.WRITE, done=done, data=dict(body))

    async def count(self, endpoint: str) -> None:
        """Count a call that has succeeded, for those that are counted so. One too many is counted no more."""
        await self._counted.spend(self._name, self._after[endpoint])

    async def upload(self, endpoint: str, name: str, data: bytes, media: str) -> Mapping[str, Any]:
        """Upload a file. A double costs an orphan only, so no answer is RETRY."""
        # Bytes, not a file object, which would be sent empty when the call is repeated with a new token.
        files = {"media": (name, data, media)}
        answer = await self._call(endpoint, Use.READ, files=files, params={"type": "image"})
        return answer.fields

    async def close(self) -> None:
        """Wait for the call under way and close the connections."""
        await asyncio.to_thread(self._thread.shutdown)
        self._transport.close()

    async def _call(self, endpoint: str, use: Use, *, done: int = 0, **arguments: Any) -> transport.Answer:
        await self._count(endpoint)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._thread, lambda: self._transport.call("post", endpoint, **arguments))
        if answer.code is None:
            raise errors.unanswered(answer.message, use=use, left=answer.left)
        if answer.code not in {0, done}:
            told = errors.refused(answer.code, answer.message, use=use, now=self._clock())
            raise self._until_next_window(told, endpoint)
        return answer

    def _until_next_window(self, told: contract.ChannelError, endpoint: str) -> contract.ChannelError:
        """A month's quota starts again with the month, whatever the table of codes says of days."""
        budget, now = self._after.get(endpoint), self._clock()
        if budget is None or not budget.is_monthly or told.trouble.code != errors.NO_SENDS:
            return told
        told.trouble = told.trouble.model_copy(
            update={"retry_after_seconds": errors.opening(budget.closes(budget.window(now)), now)}
        )
        return told

    async def _count(self, endpoint: str) -> None:
        """Raise ChannelError(QUOTA) instead of making a call that the platform would refuse."""
        budget = None if endpoint in self._after else self._budgets.get(endpoint)
        if budget and (seconds := await self._counted.spend(self._name, budget)):
            raise contract.used_up(budget, seconds)
