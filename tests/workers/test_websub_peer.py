"""A subscriber that nobody here wrote (Flask-WebSub) is told, signed, of a release and its official time."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import feedparser
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
)
from werkzeug.serving import make_server

from hub import app
from hub.app import House
from hub.commands import publishing
from hub.demo.stage import Stage
from hub.store import releases
from hub.web import public
from schemas.entry import stamp
from schemas.person import Person
from tests import making
from tests.working import working

TOPIC = "/feeds/all.atom"
#: A quiet machine needs a quarter of a second, and one that is shared by ten test runs has needed one.
SOON_SECONDS = 5.0


@pytest.fixture
def scene(scene: Stage) -> Stage:
    near = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    return replace(scene, settings=scene.settings.model_copy(update={"outward_networks": near}))


class Peer:
    """The library's subscriber in its own thread, behind its own web server."""

    def __init__(self, folder: Path) -> None:
        self.agreed: list[str] = []
        self.got: list[tuple[float, bytes]] = []
        self.subscriber = Subscriber(
            SQLite3SubscriberStorage(str(folder / "kept.sqlite")),
            SQLite3TempSubscriberStorage(str(folder / "asked.sqlite")),
        )
        self.subscriber.add_success_handler(lambda _topic, _callback, mode: self.agreed.append(mode))
        # Called only for what passed the library's own look at the signature.
        self.subscriber.add_listener(lambda _topic, _callback, body: self.got.append((time.time(), body)))
        self.flask = Flask("peer")
        self.flask.register_blueprint(self.subscriber.build_blueprint("/callbacks"))

    @contextmanager
    def served(self) -> Iterator[None]:
        server = make_server("127.0.0.1", 0, self.flask, threaded=True)
        self.flask.config["SERVER_NAME"] = f"127.0.0.1:{server.port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def subscribe(self, hub: str, topic: str, certificate: Path) -> str:
        with self.flask.app_context():
            return str(
                self.subscriber.subscribe(
                    hub_url=hub, topic_url=topic, lease_seconds=7200, requests_opts={"verify": str(certificate)}
                )
            )


@asynccontextmanager
async def secure(house: House, folder: Path) -> AsyncIterator[str]:
    """The public application over TLS: the library gives secrets to nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    site = app.site_dir(house.settings)
    runner = web.AppRunner(public.make_app(house.hub, site=site, vkey=house.signer.vkey, url=house.public_url))
    await runner.setup()
    bound = socket.create_server(("127.0.0.1", 0))
    try:
        await web.SockSite(runner, bound, ssl_context=context).start()
        yield f"https://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        await runner.cleanup()
        bound.close()


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "peer.pem"
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + made.public_bytes(pem))
    return path


async def test_a_subscriber_that_nobody_here_wrote(house: House, staff: dict[str, Person], tmp_path: Path) -> None:
    edition = await making.approved(house, staff)
    peer = Peer(tmp_path)
    with peer.served():
        async with working(house), secure(house, tmp_path) as base:
            # The worker tends the feeds at its start: there is one to subscribe to before the first release.
            async with asyncio.timeout(20):
                while not (app.site_dir(house.settings) / TOPIC.lstrip("/")).exists():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            topic = house.public_url + TOPIC
            await asyncio.to_thread(peer.subscribe, f"{base}/websub", topic, tmp_path / "peer.pem")
            await until(peer.agreed)
            await publishing.publish(house.hub, staff["publisher"], edition.release)
            official = await official_time(house, edition.release)
            await until(peer.got)
            async with asyncio.timeout(20):
                while not (saying := [at for at, body in peer.got if stamp(official).encode() in body]):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
    first_told, told_time = (at - official.timestamp() for at in (peer.got[0][0], saying[0]))
    assert first_told < SOON_SECONDS, "the release itself"
    assert told_time < SOON_SECONDS, "with its official time in it"
    told = feedparser.parse(peer.got[-1][1])
    assert any(entry.id.endswith(f":{edition.release}/policy") for entry in told.entries)


async def official_time(house: House, number: int) -> datetime:
    async with asyncio.timeout(20):
        while True:
            async with house.engine.connect() as connection:
                release = await releases.find(connection, number)
            if release and release.official_at:
                return release.official_at
            await asyncio.sleep(0.005)


async def until(filled: list[object] | list[str] | list[tuple[float, bytes]]) -> None:
    async with asyncio.timeout(20):
        while not filled:  # noqa: ASYNC110 - another thread fills it
            await asyncio.sleep(0.005)
