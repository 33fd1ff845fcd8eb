"""Sends what is due by mail: one after another over one connection, each result written before the next leaves.

A worker that dies between the server's answer and the row leaves one mail of which nobody can know whether it was
taken. It is sent again, under the same Message-ID, and never more than that one (docs/decisions/0015-mail.md).
"""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.fate import Fate, PostError
from channels.message import SignatureError
from channels.post import SEND_SECONDS, Post
from hub import bouncing
from hub.core import subscribing as rules
from hub.slips import ForeignSealError
from hub.store import engine, mails, outgoing, subscriptions
from schemas.entry import BEIJING
from schemas.subscription import Due, MailState, News
from workers import rest
from workers.scribe import Scribe

_log = structlog.get_logger()

#: Mails of one claim. Few: whoever unsubscribes should not find many on their way.
BATCH = 50
LEASE = timedelta(seconds=180)
#: Nothing is begun with less than this left of the lease: another worker may begin it then.
ENOUGH_SECONDS = SEND_SECONDS + 15
INTERVAL_SECONDS = 1.0
#: How long nothing is tried while the mail server is away: doubling, up to a bound.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 300.0
PRUNE_SECONDS = 3600.0
#: Kept for bounces and questions: mails that ended, news, digests of addresses that bounced.
KEPT_MAILS, KEPT_NEWS, KEPT_SILENCED = timedelta(days=30), timedelta(days=90), timedelta(days=180)
#: How long the mail in hand may take to end when the worker is asked to stop.
GRACE_SECONDS = 5.0


class Mailer:
    """One worker's sender. `pace` is in mails per second."""

    def __init__(self, store: AsyncEngine, post: Post, scribe: Scribe, *, pace: float) -> None:
        self._store = store
        #: Where one statement is all: it commits by itself, in one round trip instead of three.
        self._single = store.execution_options(isolation_level="AUTOCOMMIT")
        self._post = post
        self._scribe = scribe
        self.woken = asyncio.Event()  #: set it, and what is due now is looked for now
        self._apart = 1 / pace
        self._next_at = 0.0
        self._pruned_at = -PRUNE_SECONDS
        self._away = 0.0

    async def run(self) -> None:
        """Send for ever. Any number of workers may. Ends by cancellation only; what has not left is due again."""
        try:
            while True:
                self.woken.clear()
                await self._turn()
                await rest.until(self.woken, seconds=INTERVAL_SECONDS)
        finally:
            await self._post.close()

    async def drain(self) -> int:
        """Send everything that is due now, and return how many mails were dealt with. Raises PostError."""
        count = 0
        while done := await self._round():
            count += done
        return count

    async def _turn(self) -> None:
        try:
            await self._prune()
            await self.drain()
            await self._post.rest()
            self._away = 0.0
        except PostError as error:
            self._away = min(max(self._away * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            _log.warning("mail.unreachable", code=error.code, seconds=self._away)
            await asyncio.sleep(self._away)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("mail.store_unreachable", reason=type(error).__name__)
        except Exception:  # noqa: BLE001
            # A bug here must not end the deliveries beside it. Its lease keeps the mail from coming back at once.
            _log.exception("mail.bug")

    async def _round(self) -> int:
        """Claim some and send them one by one. Raises PostError when the server takes nothing now."""
        until = _clock() + LEASE.total_seconds()
        async with self._store.begin() as connection:
            claimed = await outgoing.claim(connection, limit=BATCH, lease=LEASE)
        # Dies here: the lease runs out, and they are due as before.
        done = 0
        try:
            async with self._store.connect() as connection:
                told = await mails.news(connection, {number for one in claimed for number in one.mailings})
            for one in claimed:
                await self._paced()
                if until - _clock() < ENOUGH_SECONDS:
                    break
                await _ended(self._one(one, told))
                done += 1
        finally:
            if claimed[done:]:
                async with self._store.begin() as connection:
                    await outgoing.give_back(connection, claimed[done:])
        return done

    async def _one(self, mail: Due, told: Mapping[int, News]) -> None:
        """Send one mail and write down what came of it."""
        async with self._single.connect() as connection:
            ready = await outgoing.look(connection, mail)
        if ready is None:
            return  # somebody else's by now, or its subscriber has left
        to = self._open(ready.sealed)
        # A slow server may take minutes for one claim: what was withdrawn meanwhile is told no longer.
        news = [told[number] for number in mail.mailings if number in told and number not in ready.voided]
        try:
            # Beside the loop, on which deliveries run: a gathering of many is long.
            message = await asyncio.to_thread(self._scribe.write, mail, news, to, datetime.now(BEIJING))
            if message is None:
                await self._end(mail, MailState.DROPPED)
                return
            code = await self._post.send(message, sender=self._scribe.envelope(mail), to=to)
        except PostError as error:
            await self._failed(mail, error)
            return
        except (ValueError, SignatureError):
            # What cannot be written must not stand before all others for ever.
            _log.exception("mail.unwritable", mail=mail.id)
            await self._failed(mail, PostError(Fate.LATER, "unwritable"))
            return
        # Dies here: it is sent again when the lease runs out. The one mail that nobody can know of.
        await self._end(mail, MailState.SENT, code)

    def _open(self, sealed: bytes) -> str:
        try:
            return self._scribe.slips.open(sealed)
        except ForeignSealError:
            # This machine's fault, not the mail's: every other one would fail as well.
            raise PostError(Fate.UNREACHABLE, "secret_key") from None

    async def _end(self, mail: Due, state: MailState, code: str = "") -> None:
        async with self._single.connect() as connection:
            is_kept = await outgoing.end(connection, mail, state, code)
        _log.info("mail.ended", mail=mail.id, state=state, code=code, kept=is_kept)

    async def _failed(self, mail: Due, error: PostError) -> None:
        if error.fate is Fate.UNREACHABLE:
            raise error
        async with self._store.begin() as connection:
            now = await engine.now(connection)
            if error.fate in {Fate.LATER, Fate.UNKNOWN}:
                again_at = rules.again_at(mail.attempts + 1, now)
                if again_at:
                    await outgoing.postpone(connection, mail, again_at, error.code)
                else:
                    await outgoing.end(connection, mail, MailState.GIVEN_UP, error.code)
            elif await outgoing.end(connection, mail, MailState.REFUSED, error.code) and rules.is_bounce(
                error.code, error.status, at_recipient=error.fate is Fate.NO_MAILBOX
            ):
                await bouncing.count(connection, mail.subscriber, error.status)
        _log.info("mail.failed", mail=mail.id, fate=error.fate, code=error.code)

    async def _paced(self) -> None:
        wait = self._next_at - _clock()
        if wait > 0:
            await asyncio.sleep(wait)
        self._next_at = _clock() + self._apart

    async def _prune(self) -> None:
        if _clock() - self._pruned_at < PRUNE_SECONDS:
            return
        async with self._store.begin() as connection:
            await subscriptions.prune(connection, unconfirmed=rules.UNCONFIRMED, silenced=KEPT_SILENCED)
            await mails.prune(connection, ended=KEPT_MAILS, told=KEPT_NEWS)
        self._pruned_at = _clock()


async def _ended(sending: Coroutine[Any, Any, None]) -> None:
    """Await it; a cancellation lets it end first, so that stopping a worker leaves no mail of unknown fate."""
    task = asyncio.ensure_future(sending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        raise


def _clock() -> float:
    return asyncio.get_running_loop().time()
