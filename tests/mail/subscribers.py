"""A house that mails, people who subscribe to it, and releases that turn official without anybody's button."""

import asyncio
from typing import Any

from sqlalchemy import text

from channels.message import Signature
from channels.post import Post, Relay, Tls
from hub.app import House
from hub.commands import subscribing
from hub.post import MailSettings
from hub.settings import Settings
from hub.slips import Slips
from hub.store import editions, log, releases, standings
from schemas.edition import Edition
from schemas.entry import Act, EntryType
from schemas.release import Document, Role
from schemas.standing import Proposal, Ruling, Standing, StandingKind
from tests import making
from tests.mail.post_office import PostOffice
from tests.official import make as make_official
from tests.store.stock import OWNER
from workers import mailer, mailing, mailroom, news
from workers.mailer import Mailer

MAIL = MailSettings(host="127.0.0.1", port=1, tls=Tls.NONE, sender="zhengce@bureau.test", bounces="bounces@bureau.test")
PLACE = "192.0.2.1"


def mailing_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mail": MAIL})


def slips(house: House) -> Slips:
    return Slips(house.hub.trust.secret)


async def asked(house: House, address: str, *, place: str = PLACE, **form: str) -> None:
    await subscribing.ask(house.hub, {"address": address, "frequency": "at_once", **form}, place=place)


async def subscribed(house: House, address: str, **form: str) -> int:
    """Somebody who has asked and confirmed; their number."""
    await asked(house, address, place=address, **form)
    async with house.engine.connect() as connection:
        query = text(
            "SELECT max(s.id) FROM subscriptions s JOIN subscribers r ON r.id = subscriber_id WHERE digest = :d"
        )
        number = (await connection.execute(query, {"d": slips(house).digest(address)})).scalar_one()
    made = await subscribing.confirm(house.hub, slips(house).confirming(number))
    assert made is not None
    return made.subscriber


async def official(house: House, **changes: Any) -> Edition:
    """A release that has just been seen on the website."""
    summary = changes.pop("summary", "说明办理的条件和材料。")
    metadata = making.metadata(**changes)
    policy = Document(role=Role.POLICY, number=0, title=metadata.title, summary=summary, body="<p>一、为了测试。</p>")
    async with house.engine.begin() as connection:
        made = await releases.add(connection, metadata, author=OWNER)
        edition = Edition(release=made.id, number=1, metadata=metadata, documents=(policy, *making.documents()[1:]))
        await editions.freeze(connection, edition, (OWNER,))
        address = f"https://www.bureau.test/zcwj/{made.id}.html"
        seen = Act(
            type=EntryType.RELEASE_OFFICIAL,
            who="worker:w",
            release=made.id,
            edition=1,
            channel="website",
            data={"channel": "website", "address": address},
        )
        put = await log.append(connection, [seen])
        await make_official(connection, made.id, at=put.at)
    return edition


async def said(house: House, edition: Edition, kind: StandingKind, **changes: Any) -> Standing:
    """A standing that two people made of it, as the log tells it; channels have nothing to do with it."""
    proposal = Proposal.model_validate({"kind": kind, "reason": "被新的规定替代"} | changes)
    async with house.engine.begin() as connection:
        at = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        people = "VALUES ('1', 'one', '', '', '{}'), ('2', 'two', '', '', '{}') ON CONFLICT DO NOTHING"
        await connection.execute(text(f"INSERT INTO people (id, login, name, unit, duties) {people}"))
        made = await standings.add(connection, edition.release, proposal, effective_on=at.date(), by="1", at=at)
        made = await standings.rule(connection, made, Ruling.CONFIRM, by="2", note="", at=at, edition=edition.number)
        await connection.execute(
            text("UPDATE releases SET standing = :s WHERE id = :r"), {"s": made.id, "r": edition.release}
        )
        told = {"standing": made.id, "kind": kind}
        entry = Act(
            type=EntryType.STANDING_CONFIRMED, who="2", release=edition.release, edition=edition.number, data=told
        )
        await log.append(connection, [entry])
    return made


async def gone(house: House, edition: Edition, document: str = "policy", *, authoritative: bool = True) -> None:
    """Our own look found it gone from the website."""
    seen = Act(
        type=EntryType.WITHDRAWAL_SEEN,
        who="worker:w",
        release=edition.release,
        edition=edition.number,
        channel="website",
        data={"document": document, "authoritative": authoritative},
    )
    async with house.engine.begin() as connection:
        await log.append(connection, [seen])


async def follow(house: House) -> None:
    """Read the log to its end, as the worker does."""
    assert house.hub.mail is not None
    follower = mailing.Mailing(house.public_url, house.hub.mail, asyncio.Event())
    while await news.step(house.engine, follower):
        pass


def sender(house: House, port: int, *, pace: float = 1000, signature: Signature | None = None) -> Mailer:
    hired = mailroom.hire(house, MAIL)
    post = Post(Relay("127.0.0.1", port, Tls.NONE, signature=signature))
    return mailer.Mailer(house.engine, post, hired._scribe, pace=pace)


async def posted(house: House, office: PostOffice) -> None:
    """Send everything that is due."""
    one = sender(house, office.port)
    await one.drain()
    await one._post.close()


async def rows(house: House, query: str, **values: Any) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query), values)]
