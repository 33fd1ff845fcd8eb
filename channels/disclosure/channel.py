"""The municipal disclosure column behind the channel contract. Nothing here decides what is published, only how."""

import contextlib
import time
from collections.abc import Mapping

from channels import contract, fingerprint, look, standing
from channels.disclosure import callback, client, making, record, replies, sighting, watching
from channels.disclosure.column import Column
from channels.disclosure.files import Files
from channels.disclosure.settings import DisclosureSettings
from schemas import canonical, text
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.release import Document, Kind
from schemas.standing import Can

TRAITS = contract.Traits(
    editable=True,
    concurrency=4,
    prepare_seconds=600,
    commit_seconds=30,
    sight_seconds=60,
    annotate=contract.Ability(Can.YES, "专栏记录更新标题和“有效性”一栏，并说明理由、依据和替代文件。"),
    withdraw=contract.Ability(Can.YES, "专栏记录改为撤回说明，不再显示正文和附件，并从目录中移除；原网址不变。"),
)


class Disclosure:
    """政府信息公开专栏 of the municipal platform: records put under a key, published by the platform a little later."""

    def __init__(self, settings: DisclosureSettings, tools: contract.Tools) -> None:
        self._settings = settings
        self._letterbox = tools.letterbox
        self._http = tools.http
        self._site_url = tools.site.url
        self._client = client.Client(tools.http, settings)
        self._files = Files(
            self._client, tools.blobs, timeout_seconds=settings.timeout_seconds, upload_seconds=settings.upload_seconds
        )

    @property
    def settings(self) -> DisclosureSettings:
        return self._settings

    @property
    def traits(self) -> contract.Traits:
        return TRAITS

    def render(self, parcel: Parcel) -> Rendering:
        """Return the package exactly as it is sent. Raises ChannelError(CONTENT) naming what the column misses."""
        body = making.package(parcel, self._column(parcel), self._site_url).encoded()
        if len(body) > record.PACKAGE_BYTES:
            limit = record.PACKAGE_BYTES // 1_000_000
            raise contract.ChannelError(
                Reaction.CONTENT, "too_large", f"正文合计超过专栏上限（{limit} MB），请压缩或拆分。"
            )
        return Rendering(files=(RenderedFile(name="package.json", media="application/json", body=body),))

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Make sure that the column takes us, then upload the files by digest. Files alone are not public."""
        self.render(parcel)
        await self._welcome(self._column(parcel))
        if parcel.action is not Action.WITHDRAW:
            await self._files.upload(parcel, notes)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:  # noqa: ARG002
        """Put the package under the parcel's key. Dying here leaves nothing to undo: the key finds it (`look_up`)."""
        body = self.render(parcel).files[0].body
        headers = {"Content-Type": "application/json", "Idempotency-Key": parcel.key}
        seconds = self._settings.timeout_seconds
        try:
            answer = await self._client.call("PUT", _path(parcel), body, headers=headers, seconds=seconds, once=True)
        except client.UnreachedError as error:
            raise contract.ChannelError(
                Reaction.RETRY, "unreachable", f"无法连接平台（{error}），尚未提交。"
            ) from error
        except client.UnansweredError as error:
            raise contract.ChannelError(Reaction.ASK, "unanswered", f"平台没有完整应答（{error}）。") from error
        if not answer.is_success:
            raise answer.trouble(repeatable=False)
        return self._receipt(parcel, answer)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:  # noqa: ARG002
        """Ask by the key. The platform takes a package whole or not at all, so its own "unknown key" is certain."""
        try:
            answer = await self._client.call("GET", _path(parcel), seconds=self._settings.timeout_seconds)
        except (client.UnreachedError, client.UnansweredError) as error:
            raise contract.NotYetError(self._settings.look_seconds) from error
        if answer.is_success:
            if replies.taken(answer.body) is None:
                # A gateway's page, or a broken answer, to a mere question: it is asked again.
                raise contract.NotYetError(self._settings.look_seconds)
            return self._receipt(parcel, answer)
        if replies.is_unknown_key(answer.status, answer.body):
            return None
        trouble = answer.trouble(repeatable=True)
        if trouble.trouble.reaction is Reaction.RETRY:
            raise contract.NotYetError(trouble.trouble.retry_after_seconds or self._settings.look_seconds)
        raise trouble

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Fetch every record's public page. The official time is looked for only where it is what was sent for."""
        return tuple([await self._see(parcel, one, receipt.addresses[one.name]) for one in parcel.edition.documents])

    watch = watching.WATCH

    async def still_there(
        self,
        parcel: Parcel,
        receipt: Receipt,  # noqa: ARG002 - the addresses say where
        addresses: Mapping[str, str],
    ) -> tuple[Loss, ...]:
        """Look for the text at every address, whatever is said of it since."""

        def holds(page: bytes, one: Document) -> bool:
            return fingerprint.element(page, self._settings.body_id) == fingerprint.fragment(one.body)

        seconds = self._settings.timeout_seconds
        return await watching.losses(self._http, parcel, addresses, holds=holds, timeout_seconds=seconds)

    async def hear(self, call: contract.Call) -> contract.Heard:
        """Take what the platform calls back; the looks that wait for it are made at once."""
        return callback.read(call, secret=self._settings.secret.get_secret_value(), now=time.time())

    async def knock(self) -> None:
        """Ask for our column: key, address and column are right if the platform names it."""
        await self._welcome(self._settings.column_of(Kind.POLICY))

    async def close(self) -> None:
        """Nothing is held open here."""

    def _column(self, parcel: Parcel) -> Column:
        return self._settings.column_of(parcel.edition.metadata.kind)

    async def _welcome(self, column: Column) -> None:
        """Ask for our column, so that a wrong key, address or column is known before anything is public."""
        path = f"/api/columns/{column}"
        answer = await self._client.repeat("GET", path, seconds=self._settings.timeout_seconds)
        if not answer.is_success:
            raise answer.trouble(repeatable=True)

    def _receipt(self, parcel: Parcel, answer: client.Answer) -> Receipt:
        """Read a success. One that we cannot read, or that points elsewhere, proves nothing: ASK."""
        taken = replies.taken(answer.body)
        addresses = {placed.document: placed.address for placed in taken.records} if taken else {}
        if taken is None or addresses.keys() != {one.name for one in parcel.edition.documents}:
            raise contract.ChannelError(Reaction.ASK, "unreadable", "平台的答复不完整或无法识别。")
        if not all(map(self._settings.is_ours, addresses.values())):
            raise contract.ChannelError(Reaction.ASK, "foreign_address", "平台答复的公开地址不在约定的网站之内。")
        return Receipt(
            id=taken.receipt,
            addresses=addresses,
            channel_time=taken.received_at,
            reply_sha256=canonical.digest(answer.body),
        )

    async def _ask_for_returned(self, parcel: Parcel) -> None:
        """Raise ChannelError(CONTENT) when the platform's reviewers sent it back: by their call, or as we ask now."""
        heard = await self._letterbox.find(self._settings.name, callback.name("returned", parcel.key))
        if heard:
            self._refuse_returned(replies.State(state="returned", reason=str(heard.get("reason", ""))))
        with contextlib.suppress(client.UnreachedError, client.UnansweredError):
            answer = await self._client.call("GET", _path(parcel), seconds=self._settings.timeout_seconds)
            self._refuse_returned(replies.state(answer.body) if answer.is_success else None)

    @staticmethod
    def _refuse_returned(state: replies.State | None) -> None:
        if state and state.state == "returned":
            detail = f"平台审核退回：{text.one_line(state.reason) or '没有说明理由'}"
            raise contract.ChannelError(Reaction.CONTENT, "returned", detail, is_own=True)

    async def _see(self, parcel: Parcel, document: Document, address: str) -> Sighting:
        page = await look.find(self._http, address, timeout_seconds=self._settings.timeout_seconds)
        if not self._is_as_sent(parcel, document, page):
            await self._ask_for_returned(parcel)
            raise contract.NotYetError(self._settings.look_seconds)
        sha256 = canonical.digest(page or b"")
        return Sighting(document=document.name, address=address, sha256=sha256, fetched_at=contract.now_utc())

    def _is_as_sent(self, parcel: Parcel, document: Document, page: bytes | None) -> bool:
        tag = standing.tag(parcel.notice) if parcel.notice else ""
        if parcel.action is Action.WITHDRAW:
            return sighting.is_gone(page, body_id=self._settings.body_id, tag=tag)
        return page is not None and sighting.shows(
            page,
            edition_sha256=parcel.edition.digest,
            text_sha256=fingerprint.fragment(document.body),
            body_id=self._settings.body_id,
            official_at=parcel.official_at if parcel.action is Action.ANNOTATE else None,
            tag=tag,
        )


def _path(parcel: Parcel) -> str:
    return f"/api/records/{parcel.key}"
