"""The API's hand on what is under way: deliveries and channels. Each hands one act to `hub.commands.steering`."""

from hub.commands import steering
from hub.web.forms import PauseForm, PostponeForm, SettleForm, WhyForm
from hub.web.route import Ask
from hub.web.shapes.channels import ChannelHealth
from hub.web.shapes.deliveries import DeliveryNow
from schemas.circuit import Circuit


async def retry_delivery(ask: Ask) -> DeliveryNow:
    return DeliveryNow.of(await steering.retry(ask.hub, ask.person, _number(ask)))


async def cancel_delivery(ask: Ask) -> DeliveryNow:
    form = ask.filled(WhyForm)
    return DeliveryNow.of(await steering.cancel(ask.hub, ask.person, _number(ask), why=form.why))


async def postpone_delivery(ask: Ask) -> DeliveryNow:
    form = ask.filled(PostponeForm)
    return DeliveryNow.of(await steering.postpone(ask.hub, ask.person, _number(ask), form.at))


async def settle_delivery(ask: Ask) -> DeliveryNow:
    form = ask.filled(SettleForm)
    addresses = form.addresses if form.published else None
    settled = await steering.settle(ask.hub, ask.person, _number(ask), addresses=addresses, evidence=form.evidence)
    return DeliveryNow.of(settled)


async def pause_channel(ask: Ask) -> ChannelHealth:
    form = ask.filled(PauseForm)
    return _health(await steering.pause(ask.hub, ask.person, ask.names["channel"], why=form.why))


async def resume_channel(ask: Ask) -> ChannelHealth:
    return _health(await steering.resume(ask.hub, ask.person, ask.names["channel"]))


def _number(ask: Ask) -> int:
    return int(ask.names["delivery"])


def _health(turned: Circuit) -> ChannelHealth:
    assert turned.changed_at is not None  # noqa: S101 - it was turned this moment
    return ChannelHealth.of(turned, turned.changed_at)
