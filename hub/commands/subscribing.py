"""Acts of subscribers: asking, confirming, ending. Nobody logs in; a signed slip from the mailbox is what they bring.

None of these is in the log, which anybody may read: who wants to hear of what is the subscriber's own business.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands.act import Hub
from hub.core import subscribing as rules
from hub.slips import Slips
from hub.store import engine, log, mails, subscriptions, throttles
from schemas import columns, faults, feeds
from schemas.errors import ErrorCode, HubError
from schemas.session import Throttle
from schemas.subscription import Frequency, Subscription, Wish
from schemas.themes import THEMES

_log = structlog.get_logger()

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: Longer ones no mail server takes (RFC 5321, 4.5.3.1.3).
MAX_ADDRESS = 254


@dataclass(frozen=True)
class Choices:
    """What may be chosen from."""

    columns: tuple[columns.Column, ...]
    issuers: tuple[str, ...]
    themes: tuple[str, ...]


async def choices(hub: Hub) -> Choices:
    """What the form offers: columns and themes as they are laid down, units as they have issued documents here."""
    async with hub.engine.connect() as connection:
        found = await subscriptions.issuers(connection)
    units = dict.fromkeys(unit for issuer in found for unit in feeds.units(issuer))
    shown = tuple(one for one in columns.COLUMNS.values() if one is not columns.ARCHIVE)
    return Choices(shown, tuple(units), (*feeds.groups(), *THEMES))


async def ask(hub: Hub, form: dict[str, str], *, place: str) -> None:
    """Keep what is asked for, unconfirmed, and have a link mailed to the address. Durable on return; may run twice.

    It ends in the same way whether the address is subscribed, bounces, gets too much already or is new: who asks learns
    nothing of it. `place` is where it comes from, for counting.

    Raises HubError: INVALID with its fields; TOO_MANY when too much was asked for from there, or by all.
    """
    address, wish, frequency = _read(form, await choices(hub))
    slips = Slips(hub.trust.secret)
    async with hub.engine.begin() as connection:
        now = await engine.now(connection)
        if not await _count(connection, f"asking:{slips.place(place)}", rules.ASKS_PER_PLACE, HOUR, now):
            raise HubError(ErrorCode.TOO_MANY)
        bounds = {"unconfirmed": rules.MAX_UNCONFIRMED, "subscribers": rules.MAX_SUBSCRIBERS}
        if await subscriptions.is_full(connection, **bounds):
            _log.warning("subscribing.full")
            raise HubError(ErrorCode.TOO_MANY)
        await _keep(connection, slips, address, wish, frequency, now)


async def find(hub: Hub, slip: str) -> Subscription | None:
    """The subscription that the slip confirms; None for a slip of no use (any longer)."""
    number = Slips(hub.trust.secret).confirmed(slip)
    if number is None:
        return None
    async with hub.engine.connect() as connection:
        return await subscriptions.find(connection, number)


async def confirm(hub: Hub, slip: str) -> Subscription | None:
    """Begin to mail, durable on return; None for a slip of no use. May run twice."""
    number = Slips(hub.trust.secret).confirmed(slip)
    async with hub.engine.begin() as connection:
        found = await subscriptions.find(connection, number) if number is not None else None
        if found is None or not await subscriptions.lock(connection, found.subscriber):
            return None
        await subscriptions.confirm(connection, found, since=await log.size(connection))
        return await subscriptions.find(connection, found.id)


async def mine(hub: Hub, slip: str) -> list[Subscription] | None:
    """What the slip's subscriber has confirmed; None for a slip that is not ours. Empty after the end of all."""
    subscriber = Slips(hub.trust.secret).managed(slip)
    if subscriber is None:
        return None
    async with hub.engine.connect() as connection:
        found = await subscriptions.of_subscriber(connection, subscriber)
    return [one for one in found if one.confirmed_at]


async def end(hub: Hub, slip: str, number: int | None = None) -> bool:
    """End one subscription, or all: then the address is erased. Durable on return; may run twice.

    False for a slip that is not ours. A number of somebody else's ends nothing.
    """
    subscriber = Slips(hub.trust.secret).managed(slip)
    if subscriber is None:
        return False
    async with hub.engine.begin() as connection:
        if await subscriptions.lock(connection, subscriber):
            if number is None:
                await subscriptions.erase(connection, subscriber)
            else:
                await subscriptions.remove(connection, subscriber, number)
    return True


async def _keep(
    connection: AsyncConnection, slips: Slips, address: str, wish: Wish, frequency: Frequency, now: datetime
) -> None:
    digest = slips.digest(address)
    subscriber = await subscriptions.subscriber(connection, digest, slips.seal(address))
    if subscriber is None:
        return
    known = await subscriptions.of_subscriber(connection, subscriber)
    same = any(one.wish == wish and one.frequency == frequency for one in known)
    if len(known) >= rules.MAX_EACH and not same:
        return
    if not await _count(connection, f"asked:{digest.hex()[:32]}", rules.ASKS_PER_ADDRESS, DAY, now):
        return
    number = await subscriptions.ask(connection, subscriber, wish, frequency)
    await mails.ask(connection, subscriber, number, now)


async def _count(connection: AsyncConnection, key: str, most: int, every: timedelta, now: datetime) -> bool:
    """Count once more under this key; False, and nothing is counted, when it was as often as may be in that time."""
    found = await throttles.lock(connection, key)
    is_fresh = found.failed_at is None or now - found.failed_at > every
    if not is_fresh and found.failures >= most:
        return False
    counted = Throttle(key=key, failures=1 if is_fresh else found.failures + 1, failed_at=now, locked_until=None)
    await throttles.save(connection, counted)
    return True


def _read(form: dict[str, str], offered: Choices) -> tuple[str, Wish, Frequency]:
    """Raises HubError(INVALID) that names every field that will not do."""
    wrong: dict[str, str] = {}
    address = _address(form.get("address", ""), wrong)
    kept: dict[str, Any] = {name: form.get(name, "").strip() for name in Wish.model_fields}
    allowed = {
        "column": {one.code for one in offered.columns},
        "issuer": set(offered.issuers),
        "theme": set(offered.themes),
    }
    for name, known in allowed.items():
        if kept[name] and kept[name] not in known:
            wrong[name] = "请从列出的项目中选择"
            kept[name] = ""
    try:
        wish = Wish.model_validate(kept)
    except ValidationError as error:
        wrong |= dict.fromkeys(faults.fields(error), "请填写 2 至 30 个汉字、字母或数字")
        wish = Wish()
    frequency = form.get("frequency", "")
    if frequency not in set(Frequency):
        wrong["frequency"] = "请选择"
    if wrong:
        raise HubError(ErrorCode.INVALID, detail="请按提示修改", fields=wrong)
    return address, wish, Frequency(frequency)


def _address(typed: str, wrong: dict[str, str]) -> str:
    """As mail servers write it. Whether anybody reads there only the mail will show."""
    typed = typed.strip()
    try:
        found = validate_email(
            typed[: MAX_ADDRESS + 1], check_deliverability=False, allow_smtputf8=False, allow_display_name=False
        )
    except (EmailNotValidError, UnicodeError):
        wrong["address"] = "请填写完整的邮箱地址，如 name@example.com" if typed else "请填写邮箱地址"
        return ""
    return found.ascii_email or found.normalized
