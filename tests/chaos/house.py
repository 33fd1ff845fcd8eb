"""The settings of a town's bureau: four channels, in a hurry, so that a second here is what a minute is in earnest."""

import random
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.sandbox import disclosure, wechat
from hub.settings import Settings
from hub.site import SiteSettings

LEASE_SECONDS = 3.0
TOKEN = "chaos-callback-token"
AES_KEY = "A" * 43
#: The platform's memory, in the proportions of earnest: a draft still in the box after `settle_seconds` was never
#: submitted. That is true only while a call is carried out sooner than that, so nothing here is held up for longer:
#: neither a stopped worker (`plan.STOP_SECONDS`) nor a delayed call.
WECHAT: dict[str, Any] = {
    "timeout_seconds": 1.5,
    "poll_seconds": (0.5, 1.0, 2.0),
    "page_seconds": 0.1,
    "rescan_seconds": 0.4,
    "look_seconds": 0.4,
    "settle_seconds": 6.0,
}
#: Endpoints that have a number of calls a day in earnest, and none here.
WECHAT_CALLS = (
    *("draft/get", "draft/add", "draft/batchget", "draft/delete", "material/add_material"),
    *("freepublish/submit", "freepublish/get", "freepublish/getarticle", "freepublish/batchget"),
)
DISCLOSURE: dict[str, Any] = {"timeout_seconds": 1.5, "upload_seconds": 2.0, "look_seconds": 0.1}
#: Below the ports that the system hands out, so that nobody takes one while its program is dead.
PORTS = range(20_000, 30_000)


@dataclass(frozen=True)
class Ports:
    """Where the town's programs listen, all its life."""

    web: int
    wechat: int
    disclosure: int

    @property
    def wechat_url(self) -> str:
        return f"http://127.0.0.1:{self.wechat}"

    @property
    def disclosure_url(self) -> str:
        return f"http://127.0.0.1:{self.disclosure}"

    @property
    def public_url(self) -> str:
        return f"http://localhost:{self.web}"


def ports() -> Ports:
    """Return three ports that are free now."""
    dice = random.SystemRandom()
    found: list[int] = []
    while len(found) < 3:
        port = dice.choice(PORTS)
        with socket.socket(socket.AF_INET6) as trial:
            try:
                trial.bind(("::", port))
            except OSError:
                continue
        found.append(port)
    return Ports(*found)


def settings(folder: Path, where: Ports) -> Settings:
    """Return the bureau's settings, not read from any environment or file."""
    platform, column = wechat.Options(), disclosure.Options()
    channels: tuple[dict[str, Any], ...] = (
        {"name": "website", "kind": "website", "authoritative": True},
        {"name": "rss", "kind": "rss"},
        {
            "name": "wechat",
            "kind": "wechat",
            "app_id": platform.app_id,
            "secret": platform.secret,
            "token": TOKEN,
            "aes_key": AES_KEY,
            "api_base": where.wechat_url,
            **WECHAT,
            "budgets": dict.fromkeys(WECHAT_CALLS, 10**9),
        },
        {
            "name": "disclosure",
            "kind": "disclosure",
            "authoritative": True,
            "api_base": where.disclosure_url,
            "key_id": column.key_id,
            "secret": column.secret,
            **DISCLOSURE,
        },
    )
    return Settings(
        data_dir=folder / "data",
        public_url=where.public_url,
        site=SiteSettings(name="混沌市", code="0000000000", bureau="混沌局"),
        lease_seconds=LEASE_SECONDS,
        channels=channels,
    )


def wechat_options(folder: Path, where: Ports) -> dict[str, Any]:
    """Return what the WeChat sandbox is told. Its quotas are out of the way: an event here, not a fault."""
    return {
        "token": TOKEN,
        "aes_key": AES_KEY,
        "callback_url": f"{where.public_url}/callbacks/wechat",
        "base_url": where.wechat_url,
        "publish_delay_seconds": 0.3,
        "event_retry_seconds": 1.0,
        "quotas": {f"/cgi-bin/{name}": 10**9 for name in WECHAT_CALLS},
        "book": str(folder / "wechat.book"),
    }


def disclosure_options(folder: Path, where: Ports) -> dict[str, Any]:
    """Return what the municipal sandbox is told."""
    return {"public_base": where.disclosure_url, "delay_seconds": 0.2, "book": str(folder / "disclosure.book")}
