"""What a doorbell's tests stand on: a master with a replica under a Sentinel, and a TLS door before a server."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.embedded.binaries import binary

HERE = "127.0.0.1"
#: Has a sign that an address must spell in another way.
PASSWORD = "p@ss/word"
QUOTED = "p%40ss%2Fword"
SERVICE = "gongbu"


@dataclass(frozen=True)
class Watched:
    """A master, its replica, and the Sentinel that watches both."""

    sentinel: int
    master: asyncio.subprocess.Process


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    """Yield real servers; all are dead after it."""
    one, other, eye = (free_port() for _ in range(3))
    secret = ["--requirepass", PASSWORD, "--masterauth", PASSWORD]
    conf = folder / "sentinel.conf"
    conf.write_text(
        f"bind {HERE}\nport {eye}\ndir {folder}\nsentinel monitor {SERVICE} {HERE} {one} 1\n"
        f"sentinel auth-pass {SERVICE} {PASSWORD}\nsentinel down-after-milliseconds {SERVICE} 500\n"
        f"sentinel failover-timeout {SERVICE} 3000\n"
    )
    async with AsyncExitStack() as stack:
        master = await stack.enter_async_context(server(folder, "--port", str(one), *secret))
        await stack.enter_async_context(server(folder, "--port", str(other), "--replicaof", HERE, str(one), *secret))
        await stack.enter_async_context(server(folder, "--sentinel", conf=conf))
        yield Watched(eye, master)


@asynccontextmanager
async def server(folder: Path, *options: str, conf: Path | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the embedded Valkey's program with these options."""
    mine = [str(conf)] if conf else ["--bind", HERE, "--save", "", "--dir", str(folder)]
    process = await asyncio.create_subprocess_exec(
        *(str(binary("valkey-server")), *mine, *options),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def free_port() -> int:
    with socket.create_server((HERE, 0)) as bound:
        port: int = bound.getsockname()[1]
        return port


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-made authority's certificate for this machine: its file, and a context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address(HERE))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "ca.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return file, context


@asynccontextmanager
async def tls_door(path: str, context: ssl.SSLContext) -> AsyncIterator[int]:
    """Yield a port of this machine at which the server behind a unix socket speaks TLS."""
    open_: set[asyncio.Task[None]] = set()

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        try:
            await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # whoever came has gone
        finally:
            inner_writer.close()
            writer.close()
            open_.discard(task)

    door = await asyncio.start_server(enter, HERE, 0, ssl=context)
    try:
        yield door.sockets[0].getsockname()[1]
    finally:
        door.close()
        for task in open_:
            task.cancel()
        if open_:
            await asyncio.wait(open_, timeout=2)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()
