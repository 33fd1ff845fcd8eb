"""Mails staff what comes near: one digest a day for each person, each matter once for each stage.

What is told and the digest that tells it are written in one transaction, so nobody hears of anything twice, whatever
dies. Between the server's answer and the row lies one mail of which nobody can know; it is sent again under the same
Message-ID (docs/decisions/0015-mail.md).
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from channels import message
from channels.fate import Fate, PostError
from channels.message import SignatureError
from channels.post import SEND_SECONDS, Post
from hub import relay
from hub.app import House
from hub.core import reminding
from hub.core.subscribing import again_at
from hub.slips import ForeignSealError, Slips
from hub.store import calendars, delegations, engine, reminders
from schemas.entry import BEIJING
from schemas.reminder import Digest
from schemas.rulebook import Rulebook
from workers import matters

_log = structlog.get_logger()

INTERVAL_SECONDS = 300.0
BATCH = 20
LEASE = timedelta(seconds=SEND_SECONDS * BATCH)
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Reminder:
    """One worker's sender of reminders. `pace` is in mails per second."""

    store: AsyncEngine
    post: Post
    slips: Slips
    sender: Address
    site: str
    rules: Rulebook
    hour: int
    pace: float

    async def run(self) -> None:
        """Remind for ever. Any number of workers may. Ends by cancellation only."""
        try:
            while True:
                await self._turn()
                await asyncio.sleep(INTERVAL_SECONDS)
        finally:
            await self.post.close()

    async def _turn(self) -> None:
        try:
            await self.gather()
            await self.send()
        except PostError as error:
            _log.warning("reminders.unreachable", code=error.code)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("reminders.store_unreachable", reason=type(error).__name__)
        except Exception:  # noqa: BLE001
            # A bug here must not end the deliveries beside it.
            _log.exception("reminders.bug")

    async def gather(self) -> int:
        """Write today's digests that are not written yet; return how many. May run twice, and at once elsewhere."""
        async with self.store.connect() as connection:
            now, calendar = await engine.now(connection), await calendars.every(connection)
            today = now.astimezone(BEIJING).date()
            if not reminding.is_time(now, self.hour, calendar):
                return 0
            people = await reminders.unmailed(connection, today)
        made = 0
        for one in people:
            async with self.store.begin() as connection:
                person = await delegations.effective(connection, one)
                found = await matters.of_person(matters.Look(connection, person, now, calendar, self.rules))
                fresh = await reminders.fresh(connection, person.id, found)
                if fresh:
                    made += await reminders.put(connection, person.id, today, fresh, reminding.lines(fresh))
        async with self.store.begin() as connection:
            await reminders.prune(connection, KEPT)
        return made

    async def send(self) -> int:
        """Send what is due, one after another; return how many left. Raises PostError when the server takes nothing."""
        async with self.store.begin() as connection:
            claimed = await reminders.claim(connection, limit=BATCH, lease=LEASE)
        # Dies here: the lease runs out, and they are due as before.
        sent = 0
        for one in claimed:
            sent += await self._one(one)
            await asyncio.sleep(1 / self.pace)
        return sent

    async def _one(self, one: Digest) -> bool:
        async with self.store.connect() as connection:
            sealed = await reminders.sealed(connection, one)
        if sealed is None:
            # Turned off or closed meanwhile; or somebody else's by now, whereupon this changes nothing.
            return await self._ended(one, "dropped") and False
        try:
            to = self.slips.open(sealed)
            code = await self.post.send(self._written(one, to), sender=self.sender.addr_spec, to=to)
        except ForeignSealError:
            raise PostError(Fate.UNREACHABLE, "secret_key") from None
        except PostError as error:
            return await self._failed(one, error)
        except (ValueError, SignatureError):
            _log.exception("reminders.unwritable", digest=one.id)
            return await self._ended(one, "unwritable") and False
        return await self._ended(one, code)

    def _written(self, one: Digest, to: str) -> bytes:
        letter = reminding.letter(self.site, one.day, one.lines)
        head = message.Head(
            sender=self.sender,
            to=to,
            subject=letter.subject,
            message_id=f"<reminder.{one.id}.{one.made_at.timestamp() * 1000:.0f}@{self.sender.domain}>",
            at=datetime.now(BEIJING),
            more={"Auto-Submitted": "auto-generated"},
        )
        return message.compose(head, letter.text, letter.html).as_bytes()

    async def _ended(self, one: Digest, code: str) -> bool:
        async with self.store.begin() as connection:
            is_ours = await reminders.end(connection, one, code)
        _log.info("reminders.ended", digest=one.id, code=code)
        return is_ours

    async def _failed(self, one: Digest, error: PostError) -> bool:
        if error.fate is Fate.UNREACHABLE:
            raise error
        async with self.store.begin() as connection:
            until = again_at(one.attempts + 1, await engine.now(connection))
            if error.fate in {Fate.LATER, Fate.UNKNOWN} and until is not None:
                await reminders.postpone(connection, one, until, error.code)
            else:
                await reminders.end(connection, one, error.code)
        _log.info("reminders.failed", digest=one.id, fate=error.fate, code=error.code)
        return False


def opened(house: House) -> list[Coroutine[Any, Any, None]]:
    """Return what runs in a worker; nothing where mail is not set up. Raises HubError(SETTINGS)."""
    mail = house.settings.mail
    if mail is None or not mail.reminders:
        return []
    one = Reminder(
        store=house.engine,
        post=Post(relay.relay(mail)),
        slips=Slips(house.hub.trust.secret),
        sender=mail.address(house.settings.site.name),
        site=house.settings.site.name,
        rules=house.hub.rules,
        hour=mail.daily_hour,
        pace=mail.pace,
    )
    return [one.run()]
