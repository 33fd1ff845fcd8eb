"""The channel itself: the contract's methods, each handed to the part that knows. One instance per official account."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from channels import contract
from channels.wechat import article, client, cover, draft, event, fate, limits, mass, publication, takedown, watch
from channels.wechat.settings import WeChatSettings
from channels.wechat.uploaded import Uploaded
from schemas.delivery import Action
from schemas.option import Option
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.standing import Can

#: A published article cannot be changed in place, so it never carries the official time. One call at a time per
#: account: more would only queue for its thread.
TRAITS = contract.Traits(
    editable=False,
    concurrency=1,
    prepare_seconds=300.0,
    commit_seconds=60.0,
    sight_seconds=120.0,
    annotate=contract.Ability(
        Can.NO,
        "微信公众号已发布的图文不能修改，无法加注效力状态，只能删除。文末的“阅读原文”仍指向网站，网站上会加注。",
    ),
    keeps_editions=True,
)
#: Told with the account's own number.
WITHDRAWS = (
    "删除已发布的图文，更正时另发的各篇一并删除。删除后不可恢复；每天最多删除 {limit} 次。"
    "群发的，关注者仍会看到消息的标题，点开显示已删除。转发、截图无法收回。"
)
OPTIONS = (
    Option(name="freepublish", words="发布，不通知关注者", hint="生成永久网址，不占群发次数，不向关注者推送"),
    Option(
        name=mass.WAY,
        words="群发给全部关注者",
        hint="占用群发次数；公众号开启“API 群发保护”的，须管理员 30 分钟内在微信中确认",
    ),
)


class WeChat:
    """One official account (公众号): a permanent page for each article, with or without a push to followers."""

    def __init__(
        self, account: WeChatSettings, tools: contract.Tools, clock: Callable[[], datetime] = contract.now_utc
    ) -> None:
        self._account = account
        budgets = tuple(limits.budgets(account))
        deletions = next(one.limit for one in budgets if one.endpoint == takedown.DELETE)
        words = WITHDRAWS.format(limit=deletions)
        able = contract.Ability(Can.YES, words)
        self._traits = replace(TRAITS, budgets=budgets, withdraw=able, choices=_options(account))
        looks = next(one for one in budgets if one.endpoint == limits.WATCH)
        self._watch = contract.Watch(pauses=account.watch_seconds, looks=looks)
        self._tools = tools
        self._calls = client.Client(account, clock, tools.budgets)
        known = Uploaded(account, Path(tools.data_dir), clock)
        self._box = draft.DraftBox(account, self._calls, tools.blobs, known, clock)
        self._press = publication.Press(account, self._calls, self._box, tools, clock)
        self._fate = fate.Fate(account, self._calls, tools.letterbox, clock)
        self._mass = mass.Mass(account, self._calls, self._box, self._fate)
        self._takedown = takedown.Takedown(account, self._calls, self._press, self._fate, tools)
        self._watcher = watch.Watcher(account, self._calls, self._press, self._fate, tools)

    @property
    def settings(self) -> WeChatSettings:
        return self._account

    @property
    def traits(self) -> contract.Traits:
        return self._traits

    def render(self, parcel: Parcel) -> Rendering:
        if parcel.action is Action.WITHDRAW:
            return takedown.rendering(parcel)
        return article.rendering(parcel, self._account.author)

    async def cover(self, parcel: Parcel) -> tuple[RenderedFile, ...]:
        data = await self._box.covers.picture(parcel, self._tools.site.bureau)
        shown = {"cover.jpg": "pic_crop_235_1", "cover-square.jpg": "pic_crop_1_1"}
        cut = [await asyncio.to_thread(cover.crop, data, one) for one in shown.values()]
        return tuple(
            RenderedFile(name=name, media="image/jpeg", body=body) for name, body in zip(shown, cut, strict=True)
        )

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        if parcel.action is Action.WITHDRAW:
            await self._takedown.prepare(parcel, notes)
        else:
            await self._box.fill(parcel, notes, self._tools.site.bureau)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        if parcel.action is Action.WITHDRAW:
            return await self._takedown.delete(notes)
        if self._is_mass(parcel):
            return await self._mass.send(parcel, notes)
        return await self._press.submit(notes)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        if parcel.action is Action.WITHDRAW:
            return await self._takedown.look_up(notes)
        if self._is_mass(parcel):
            return await self._mass.look_up(parcel, notes)
        return await self._press.look_up(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:
        if parcel.action is Action.WITHDRAW:
            return await self._takedown.sight(parcel, notes)
        addresses = receipt.addresses or notes.get("article.urls")
        if not addresses:
            sender = self._fate if receipt.id.startswith(fate.PREFIX) else self._press
            addresses = await sender.finished(parcel, receipt, notes)
        return await self._press.sight(parcel, addresses)

    @property
    def watch(self) -> contract.Watch:
        return self._watch

    async def still_there(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:
        return await self._watcher.losses(parcel, receipt, addresses)

    async def hear(self, call: contract.Call) -> contract.Heard | None:
        token = self._account.token.get_secret_value()
        if not token:
            # Without a token anybody could sign.
            return None
        aes_key = self._account.aes_key.get_secret_value()
        return event.hear(call, token=token, aes_key=aes_key, app_id=self._account.app_id)

    async def knock(self) -> None:
        """Ask for one draft: the platform answers only with a good token, from an address on its white list."""
        await self._calls.read("draft/batchget", {"offset": 0, "count": 1, "no_content": 1})

    async def close(self) -> None:
        """Close the account's connections. The channel is not used afterwards."""
        await self._calls.close()

    def _is_mass(self, parcel: Parcel) -> bool:
        return (parcel.choice or self._account.way) == mass.WAY


def _options(account: WeChatSettings) -> tuple[Option, ...]:
    """The account's ways, the usual one first. Who takes no callbacks would never learn a mass send's addresses."""
    if not account.token.get_secret_value():
        return ()
    return tuple(sorted(OPTIONS, key=lambda one: one.name != account.way))


def build(
    settings: Mapping[str, Any], tools: contract.Tools, clock: Callable[[], datetime] = contract.now_utc
) -> WeChat:
    """Return the channel for one `[[channels]]` table, secrets already resolved. Raises pydantic.ValidationError."""
    return WeChat(WeChatSettings.model_validate(settings), tools, clock)
