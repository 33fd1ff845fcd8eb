"""The channel itself: the contract's methods, each handed to the part that knows. One instance per official account."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channels import contract
from channels.wechat import article, client, draft, event, limits, publication
from channels.wechat.settings import WeChatSettings
from schemas.parcel import Parcel, Rendering
from schemas.publication import Receipt, Sighting

#: A published article cannot be changed in place, so it never carries the official time. One call at a time per
#: account: more would only queue for its thread.
TRAITS = contract.Traits(editable=False, concurrency=1, prepare_seconds=300.0, commit_seconds=60.0, sight_seconds=120.0)


class WeChat:
    """One official account (公众号), published to by `freepublish`: a permanent page, no push to followers."""

    def __init__(
        self, account: WeChatSettings, tools: contract.Tools, clock: Callable[[], datetime] = contract.now_utc
    ) -> None:
        self._account = account
        self._traits = replace(TRAITS, budgets=tuple(limits.budgets(account)))
        self._tools = tools
        self._calls = client.Client(account, clock, tools.budgets)
        self._box = draft.DraftBox(account, self._calls, tools.blobs, clock)
        self._press = publication.Press(account, self._calls, self._box, tools, clock)

    @property
    def settings(self) -> WeChatSettings:
        return self._account

    @property
    def traits(self) -> contract.Traits:
        return self._traits

    def render(self, parcel: Parcel) -> Rendering:
        return article.rendering(parcel, self._account.author)

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        await self._box.fill(parcel, notes, self._tools.site.bureau)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:  # noqa: ARG002 - the draft is the parcel
        return await self._press.submit(notes)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        return await self._press.look_up(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:
        return await self._press.sight(parcel, receipt, notes)

    async def hear(self, call: contract.Call) -> contract.Heard | None:
        token = self._account.token.get_secret_value()
        if not token:
            # Without a token anybody could sign.
            return None
        aes_key = self._account.aes_key.get_secret_value()
        return event.hear(call, token=token, aes_key=aes_key, app_id=self._account.app_id)

    async def close(self) -> None:
        """Close the account's connections. The channel is not used afterwards."""
        await self._calls.close()


def build(
    settings: Mapping[str, Any], tools: contract.Tools, clock: Callable[[], datetime] = contract.now_utc
) -> WeChat:
    """Return the channel for one `[[channels]]` table, secrets already resolved. Raises pydantic.ValidationError."""
    return WeChat(WeChatSettings.model_validate(settings), tools, clock)
