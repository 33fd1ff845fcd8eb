"""What operators' tools ask for: is it alive, is it ready, what has it to do."""

from dataclasses import asdict

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import alarms, circuits, due, engine, log, mails, subscriptions, websub
from hub.web.route import Ask, Raw
from schemas.subscription import MailState

TEXT = "text/plain; charset=utf-8"
#: Prometheus' text format.
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


async def alive(_ask: Ask) -> Raw:
    return Raw(b"ok\n", TEXT)


async def ready(ask: Ask) -> Raw:
    """Ready means that the store answers: without the queue everything still goes out, a second later.

    What the driver raises when the store does not answer is told as UNAVAILABLE, as everywhere.
    """
    await engine.ping(ask.hub.engine)
    return Raw(b"ok\n" if await ask.hub.bell.answers() else "队列无应答，投递会慢一秒\n".encode(), TEXT)


async def metrics(ask: Ask) -> Raw:
    """Deliveries as the store counts them now, and how long requests took. Every label is from a list of ours."""
    registry = CollectorRegistry()
    gauge = Gauge("gongbu_deliveries", "Deliveries that are not done", ["channel", "state"], registry=registry)
    async with ask.hub.engine.connect() as connection:
        for (channel, state), count in (await due.counts(connection)).items():
            gauge.labels(channel, state).set(count)
        await _health(registry, connection)
        await _mail(registry, connection)
    return Raw(generate_latest(registry) + generate_latest(ask.desk.registry), EXPOSITION)


async def _health(registry: CollectorRegistry, connection: AsyncConnection) -> None:
    """What somebody is to be woken for: an alarm above zero, a circuit that is open, a log that nobody signs."""
    alarm = Gauge("gongbu_alarms", "Deliveries that are late, overdue, …", ["channel", "kind"], registry=registry)
    for channel, counted in (await alarms.alarms(connection)).items():
        for kind, count in asdict(counted).items():
            alarm.labels(channel, kind).set(count)
    shut = Gauge("gongbu_channel_shut", "1 while nothing is sent", ["channel", "why"], registry=registry)
    for channel, circuit in (await circuits.every(connection)).items():
        shut.labels(channel, "paused").set(circuit.paused_at is not None)
        shut.labels(channel, "failing").set(circuit.probe_at is not None)
    subscribed = Gauge("gongbu_websub", "WebSub: valid, due, failing, asked", ["what"], registry=registry)
    for what, number in (await websub.counts(connection)).items():
        subscribed.labels(what).set(number)
    unsigned = Gauge("gongbu_log_unsigned_entries", "Entries in no signed checkpoint yet", registry=registry)
    newest = await log.checkpoint(connection)
    unsigned.set(await log.size(connection) - (newest.size if newest else 0))


async def _mail(registry: CollectorRegistry, connection: AsyncConnection) -> None:
    """How much mail there is, never to whom."""
    counts, totals = await subscriptions.counts(connection), await mails.totals(connection)
    subscribed = Gauge("gongbu_subscriptions", "Mail subscriptions of the public", ["state"], registry=registry)
    subscribed.labels("confirmed").set(counts.confirmed)
    subscribed.labels("unconfirmed").set(counts.unconfirmed)
    addresses = Gauge("gongbu_subscribers", "Addresses of subscribers", ["state"], registry=registry)
    addresses.labels("mailed").set(counts.subscribers)
    addresses.labels("silenced").set(counts.silenced)
    mailed = Gauge(
        "gongbu_mails", "Mails that are due, and those that ended in the last day", ["state"], registry=registry
    )
    for state in MailState:
        mailed.labels(state).set(totals.states.get(state, 0))
    late = Gauge("gongbu_mail_late_seconds", "How long the oldest mail that is due has waited", registry=registry)
    late.set(totals.late_seconds)


async def openapi(ask: Ask) -> Raw:
    return Raw(ask.desk.openapi, "application/json; charset=utf-8")
