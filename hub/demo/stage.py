"""Sets the demo's stage: a data directory of its own, free ports, both sandboxes, and the settings that join them."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from channels.sandbox import disclosure as disclosure_sandbox
from channels.sandbox import wechat as wechat_sandbox
from hub import embedded, listen, serve, settings
from hub.settings import Settings
from hub.site import SiteSettings
from schemas.errors import ErrorCode, HubError

#: Only a directory that holds this file is a demo's, and may be cleared for the next one.
MARK = "DEMO"
WECHAT_TOKEN = "demo-callback-token"  # noqa: S105 - of a sandbox on this machine
AES_KEY = "A" * 43
Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """Where everything is."""

    settings: Settings
    public_socket: socket.socket | None
    staff_socket: socket.socket | None
    wechat_url: str
    disclosure_url: str


def _nothing(_words: str) -> None:
    """Whoever listens on ports of its own choice need not be told."""


def clear(data_dir: Path) -> None:
    """Make the data directory an empty one of the demo's. Raises HubError(FOLDER) for one that holds anything else."""
    if data_dir.exists() and any(data_dir.iterdir()) and not (data_dir / MARK).exists():
        raise HubError(ErrorCode.FOLDER, directory=data_dir, why="里面有别的内容，演示不会清空它")
    if data_dir.exists():
        shutil.rmtree(data_dir)
    data_dir.mkdir(parents=True, mode=0o700)
    (data_dir / MARK).write_text("演示数据，下次演示时清空。\n", "utf-8")


@asynccontextmanager
async def set_up(
    data_dir: Path, public_listen: str | None, staff_listen: str | None, *, say: Say = _nothing
) -> AsyncIterator[Stage]:
    """Bind every address, clear the directory, start the sandboxes, and yield the stage. `say` tells of a free port.

    Raises HubError: LISTEN for an address that was asked for and is taken; FOLDER for a directory that is not a
    demo's. Either leaves the directory as it was.
    """
    async with AsyncExitStack() as stack:
        public = _bind(stack, public_listen, "[::]:8080", "[::]:0", say)
        staff = _bind(stack, staff_listen, "[::1]:8081", "127.0.0.1:0", say)
        sandboxes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        await _take_over(data_dir)
        await asyncio.to_thread(clear, data_dir)
        wechat_url, disclosure_url = (f"http://127.0.0.1:{s.getsockname()[1]}" for s in sandboxes)
        public_url = listen.url_of(public) if public else listen.url(serve.OFF)
        apps = (
            _wechat(data_dir, f"{public_url}/callbacks/wechat", wechat_url),
            disclosure_sandbox.make_app(
                disclosure_sandbox.Options(public_base=disclosure_url, book=data_dir / "disclosure-sandbox.json")
            ),
        )
        for app, bound in zip(apps, sandboxes, strict=True):
            await stack.enter_async_context(serve.listening(app, bound))
        # By name, because passkeys work at a name alone.
        staff_url = f"http://localhost:{staff.getsockname()[1]}" if staff else ""
        urls = {"public_url": public_url, "staff_url": staff_url}
        made = _settings(data_dir, wechat_url, disclosure_url, **urls)
        yield Stage(made, public, staff, wechat_url, disclosure_url)


async def _take_over(data_dir: Path) -> None:
    """End the engines of a demo that was killed before their data goes: they outlive it."""
    if not await asyncio.to_thread((data_dir / MARK).exists):
        return
    try:
        async with embedded.engines(data_dir):
            pass
    except embedded.EmbeddedError as error:
        raise HubError(ErrorCode.UNAVAILABLE, detail=str(error)) from error


def _wechat(data_dir: Path, callback_url: str, base_url: str) -> web.Application:
    return wechat_sandbox.make_app(
        wechat_sandbox.Options(
            token=WECHAT_TOKEN,
            aes_key=AES_KEY,
            callback_url=callback_url,
            base_url=base_url,
            book=data_dir / "wechat-sandbox.book",
        )
    )


def _bind(stack: AsyncExitStack, given: str | None, usual: str, other: str, say: Say) -> socket.socket | None:
    """Bind what was asked for; without a wish the usual address, or a free port when that is taken."""
    if given == serve.OFF:
        return None
    if given is not None:
        return stack.enter_context(serve.bind(given))
    try:
        return stack.enter_context(serve.bind(usual))
    except HubError:
        bound = stack.enter_context(serve.bind(other))
        say(f"端口 {usual.rpartition(':')[2]} 已被占用，改用端口 {bound.getsockname()[1]}")
        return bound


def _settings(data_dir: Path, wechat_url: str, disclosure_url: str, **urls: str) -> Settings:
    wechat, platform = wechat_sandbox.Options(), disclosure_sandbox.Options()
    channels = (
        {"name": "website", "kind": "website", "authoritative": True, "copies": ["docx", "pdf"]},
        {"name": "rss", "kind": "rss"},
        {
            "name": "wechat",
            "kind": "wechat",
            "app_id": wechat.app_id,
            "secret": wechat.secret,
            "token": WECHAT_TOKEN,
            "aes_key": AES_KEY,
            "api_base": wechat_url,
            "author": "市规划资源局",
            "page_seconds": 0.2,
            # The sandbox publishes within a second: a lost answer need not be waited for as long as in earnest.
            "rescan_seconds": 0.5,
            "look_seconds": 0.5,
            "settle_seconds": 5.0,
        },
        {
            "name": "disclosure",
            "kind": "disclosure",
            "authoritative": True,
            "api_base": disclosure_url,
            "key_id": platform.key_id,
            "secret": platform.secret,
            "look_seconds": 0.1,
        },
    )
    site = SiteSettings(
        name="天津市规划和自然资源局（演示）",
        code="0000000000",
        bureau="天津市规划和自然资源局（演示站点，非官方网站）",
        footer={"说明": "本站为“公布”软件的演示，文件内容为真实公文，发布时间为演示时间"},
    )
    return settings.load(data_dir=data_dir, site=site, channels=channels, worker_name="demo", **urls)
