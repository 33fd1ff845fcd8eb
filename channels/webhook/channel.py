"""A partner's own system behind the channel contract. Nothing here decides what is published, only how it is told.

Every message is signed and bears the parcel's key as its `webhook-id`, on every retry the same: Standard Webhooks makes
receivers drop what they have under the same id, and that is what makes a repeat safe. Where the partner has a
`status_url`, it is asked all the same before anything is repeated.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from channels import contract, official
from channels.webhook import payload, replies
from channels.webhook.asking import Partner
from channels.webhook.client import Client, UnansweredError
from channels.webhook.settings import WebhookSettings
from schemas.delivery import Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting
from schemas.standing import Can

TRAITS = contract.Traits(
    editable=False,
    after_official=True,
    concurrency=4,
    prepare_seconds=60,
    commit_seconds=30,
    sight_seconds=120,
    annotate=contract.Ability(Can.YES, "向对方推送标注消息；对方网页的标题加注“已废止”等字样后，才算完成。"),
    withdraw=contract.Ability(Can.YES, "向对方推送撤回消息；对方网页不再显示原文后，才算完成。转载、截图无法收回。"),
)
#: Waits before a repeat double up to this.
LONGEST_WAIT_SECONDS = 3600.0
TRIES = "tries"


def build(settings: Mapping[str, Any], tools: contract.Tools) -> "Webhook":
    """Return the channel for one `[[channels]]` table. Raises pydantic.ValidationError, which quotes no values."""
    return Webhook(WebhookSettings.model_validate(settings), tools)


class Webhook:
    """One partner's system: it is told, and its pages are looked at."""

    traits = TRAITS

    def __init__(self, settings: WebhookSettings, tools: contract.Tools) -> None:
        self.settings = settings
        self._site = tools.site
        self._client = Client(settings, tools)
        self._partner = Partner(settings, self._client)

    def render(self, parcel: Parcel) -> Rendering:
        """Return the message exactly as it is signed and sent."""
        body = payload.message(parcel, self._site)
        return Rendering(files=(RenderedFile(name="message.json", media="application/json", body=body),))

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Make sure that the partner is there and knows us, once; then wait for the official release."""
        self.render(parcel)
        if not notes.get("welcome"):
            await self.knock()
            await notes.keep("welcome", value=True)
        await official.come(parcel, notes)

    async def commit(self, parcel: Parcel, notes: contract.Notes) -> Receipt:
        """Send the message. Dying here leaves nothing to undo: it is asked after, or sent again under the same id."""
        body = self.render(parcel).files[0].body
        try:
            answer = await self._client.post(parcel.key, body)
        except UnansweredError as error:
            await self._count(notes, None)
            raise contract.ChannelError(Reaction.ASK, "unanswered", f"对方没有应答（{error}）。") from error
        if not replies.is_success(answer):
            trouble = replies.trouble(answer, contract.now_utc())
            if trouble.trouble.reaction is Reaction.ASK:
                await self._count(notes, trouble.trouble.retry_after_seconds)
            raise trouble
        # Any 2xx is a yes, whatever else it says.
        return replies.receipt(answer, replies.read(answer) or replies.Reply(), parcel.edition, parcel.key)

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Ask by the id; None lets the message be sent again.

        With a `status_url`, only the partner's own "unknown" (404) does. Without one nobody can be asked, and None is
        said all the same: the standard has receivers keep ids and drop what comes twice, so the repeat changes nothing
        for who has it. A receiver that has no such habit must have a `status_url` (docs/webhooks.md says so).
        """
        if self.settings.status_url:
            answer = await self._partner.ask(parcel.key)
            if answer is not None:
                return replies.receipt(answer, replies.read(answer) or replies.Reply(), parcel.edition, parcel.key)
        elif parcel.is_void:
            # Withdrawn meanwhile: nothing is sent again, and the withdrawal must go to whoever may have got it.
            return Receipt(id=parcel.key)
        if wait := await self._wait(notes):
            raise contract.NotYetError(wait)
        return None

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Fetch every document's page at the partner's and read it. What is withdrawn is looked for where it was."""
        places = await self._partner.places(parcel, receipt)
        return tuple([await self._partner.see(parcel, one, places[one.name]) for one in parcel.edition.documents])

    async def hear(self, call: contract.Call) -> None:  # noqa: ARG002
        """Take no callbacks: partners answer, and are asked."""
        return

    async def knock(self) -> None:
        """Ask after a message that never was. Without a `status_url` only whether somebody answers can be found out."""
        answer = await self._client.ask("knock")
        if answer.status == HTTPStatus.GONE or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _repeatable(replies.trouble(answer, contract.now_utc()))
        if not self.settings.status_url or replies.is_success(answer) or answer.status == HTTPStatus.NOT_FOUND:
            return
        raise _repeatable(replies.trouble(answer, contract.now_utc()))

    async def close(self) -> None:
        await self._client.close()

    async def _count(self, notes: contract.Notes, asked: float | None) -> None:
        """Remember when the message may be repeated: later and later, or when the partner said."""
        tries = int((notes.get(TRIES) or {}).get("count", 0))
        wait = min(max(self.settings.retry_seconds * 2 ** min(tries, 16), asked or 0.0), LONGEST_WAIT_SECONDS)
        since = (await notes.now()).isoformat()
        await notes.keep(TRIES, {"count": tries + 1, "since": since, "wait": wait})

    async def _wait(self, notes: contract.Notes) -> float:
        """The seconds until the message may be repeated; 0 when it may be now."""
        known = notes.get(TRIES)
        if not known:
            return 0.0
        passed = (await notes.now() - datetime.fromisoformat(known["since"])).total_seconds()
        return max(0.0, float(known["wait"]) - passed)


def _repeatable(error: contract.ChannelError) -> contract.ChannelError:
    """What is unknown of a question is simply asked again."""
    found = error.trouble
    if found.reaction is not Reaction.ASK:
        return error
    return contract.ChannelError(
        Reaction.RETRY, found.code, found.detail, retry_after_seconds=found.retry_after_seconds
    )
