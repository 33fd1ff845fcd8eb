"""The receiver that docs/webhooks.md gives to partners works as it stands there."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from channels.conformance.editions import OFFICIAL_AT, build_edition, build_notice
from channels.conformance.journey import Journey
from channels.contract import Channel
from channels.webhook import build
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.standing import StandingKind
from tests.channels.webhook.world import LOOPBACK

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
SITE = "https://www.partner.example"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


def example() -> dict[str, Any]:
    """What the page's code defines."""
    (code,) = re.findall(r"<!-- executed -->\n```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    made: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), made)  # noqa: S102 - our own page
    return made


@contextmanager
def served(receiver: dict[str, Any]) -> Iterator[str]:
    with make_server("127.0.0.1", 0, receiver["application"], handler_class=Quiet) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        receiver["SITE"] = base
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield base
        finally:
            server.shutdown()
            thread.join()


def parcel(edition: Any, site: str, **more: Any) -> Parcel:
    fields = {"action": Action.PUBLISH, "official_at": OFFICIAL_AT, "planned_at": OFFICIAL_AT, "key": "a" * 32, **more}
    return Parcel(edition=edition, addresses={one.name: f"{site}/{one.name}" for one in edition.documents}, **fields)


async def go(channel: Channel, one: Parcel) -> tuple[Receipt, list[str]]:
    world: Any = SimpleNamespace(channel=channel, shelf=SimpleNamespace(put=lambda _parcel: None))
    journey = Journey(world, one)
    seen = await journey.go()
    assert journey.receipt
    return journey.receipt, [sighting.address for sighting in seen]


async def test_the_receiver_of_the_page_publishes_marks_and_withdraws(tools: Any) -> None:
    receiver = example()
    with served(receiver) as base:
        table = {
            "name": "津云",
            "kind": "webhook",
            "url": f"{base}/hook",
            "status_url": f"{base}/status",
            "secrets": receiver["SECRETS"],
        }
        channel = build(table, replace(tools, outward=LOOPBACK))
        edition = build_edition()
        receipt, places = await go(channel, parcel(edition, SITE))
        assert places == [f"{base}/policy/1001-policy.html", f"{base}/policy/1001-interpretation-1.html"]
        assert (await go(channel, parcel(edition, SITE)))[0] == receipt, "the same id is answered as before"
        notice = build_notice(StandingKind.REPEALED)
        await go(channel, parcel(edition, SITE, key="b" * 32, action=Action.ANNOTATE, notice=notice))
        assert "(已废止)" in receiver["pages"]["/policy/1001-policy.html"]
        gone = build_notice(StandingKind.WITHDRAWN)
        await go(channel, parcel(edition, SITE, key="c" * 32, action=Action.WITHDRAW, notice=gone, published=receipt))
        assert "聚焦用权公开" not in receiver["pages"]["/policy/1001-policy.html"]
        assert len(receiver["taken"]) == 3
        await channel.close()
