"""What operators' tools ask for: is it alive, is it ready, what has it to do."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from hub.store import deliveries, engine
from hub.web.route import Ask, Raw

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
        for (channel, state), count in (await deliveries.counts(connection)).items():
            gauge.labels(channel, state).set(count)
    return Raw(generate_latest(registry) + generate_latest(ask.desk.registry), EXPOSITION)


async def openapi(ask: Ask) -> Raw:
    return Raw(ask.desk.openapi, "application/json; charset=utf-8")
