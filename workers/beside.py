"""What runs beside the lines in every worker: those that follow the log, and those that work off what they noted."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hub import app, bell
from hub.app import House
from workers import ahead, cards, links, mailroom, news, reconcile, reminders, units, websub
from workers.days import Days
from workers.feeds import Feeds
from workers.fingerprints import Fingerprints
from workers.news import Follower
from workers.worker import Worker


def acts(house: House, worker: Worker) -> list[Coroutine[Any, Any, None]]:
    """Return them, not yet started. Each runs until it is cancelled; any number of workers may run all of them."""
    hub = websub.Websub(desk(house, worker))
    mail = mailroom.opened(house)
    early = ahead.Ahead(house.engine, house.channels, worker.rules)
    days = Days(worker)
    following = [*_followers(house, worker), hub, early, days, *mail.followers]
    woken = asyncio.Event()
    return [
        news.listen(house.servers.redis_url, {bell.NEWS: woken, bell.WISHES: hub.heard}),
        news.follow(house.engine, following, woken, worker.way),
        units.remind(house.engine, worker.who),
        reconcile.reconcile(worker),
        cards.turn(house.engine, cards.sites(house.channels)),
        hub.run(),
        early.run(),
        days.run(),
        links.Links(house.engine, house.hub.outward).run(),
        *mail.acts,
        *reminders.opened(house),
    ]


def _followers(house: House, worker: Worker) -> list[Follower]:
    watches = reconcile.Watches(house.channels)
    return [units.Units(worker.who), Fingerprints(), cards.Cards(cards.sites(house.channels)), watches]


def desk(house: House, worker: Worker) -> websub.Desk:
    """What the WebSub hub works with."""
    return websub.Desk(
        engine=house.engine,
        secret=house.hub.trust.secret,
        outward=house.hub.outward,
        base=house.public_url,
        feeds=Feeds(app.site_dir(house.settings)),
        channels={name for name, channel in house.channels.items() if channel.settings.kind == "rss"},
        dice=worker.dice,
    )
