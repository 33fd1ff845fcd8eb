"""The staff application, on a loopback address unless told otherwise: for now what operators' tools ask for."""

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from hub.commands.act import Hub
from hub.store import deliveries, engine
from hub.web import headers

HUB = web.AppKey("hub", Hub)


def make_app(hub: Hub) -> web.Application:
    """Return the application."""
    app = web.Application()
    app[HUB] = hub
    app.on_response_prepare.append(headers.add)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    return app


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _readyz(request: web.Request) -> web.Response:
    """Ready means that the store answers: without the queue everything still goes out, a second later."""
    hub = request.app[HUB]
    try:
        await engine.ping(hub.engine)
    except (SQLAlchemyError, OSError):
        return web.Response(status=503, text="数据库无应答\n")
    return web.Response(text="ok\n" if await hub.bell.answers() else "队列无应答，投递会慢一秒\n")


async def _metrics(request: web.Request) -> web.Response:
    registry = CollectorRegistry()
    gauge = Gauge("gongbu_deliveries", "Deliveries that are not done", ["channel", "state"], registry=registry)
    async with request.app[HUB].engine.connect() as connection:
        for (channel, state), count in (await deliveries.counts(connection)).items():
            gauge.labels(channel, state).set(count)
    return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})
