"""The mail of one worker put together: who makes mails due, and who sends them. Nothing where mail is not set up."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from channels.post import Post
from hub import relay
from hub.app import House
from hub.post import MailSettings
from hub.slips import Slips
from workers.mailer import Mailer
from workers.mailing import Mailing
from workers.news import Follower
from workers.scribe import Scribe


@dataclass(frozen=True)
class Mailroom:
    """What runs beside the lines; `acts` are not yet started."""

    followers: tuple[Follower, ...] = ()
    acts: tuple[Coroutine[Any, Any, None], ...] = ()


def opened(house: House) -> Mailroom:
    """Return it as the settings say. Raises HubError(SETTINGS) for a secret or a key that cannot be used."""
    mail = house.settings.mail
    if mail is None or house.hub.mail is None:
        return Mailroom()
    mailer = hire(house, mail)
    return Mailroom((Mailing(house.public_url, house.hub.mail, mailer.woken),), (mailer.run(),))


def hire(house: House, mail: MailSettings) -> Mailer:
    """Return this worker's sender. Raises as `opened` does."""
    scribe = Scribe(
        slips=Slips(house.hub.trust.secret),
        sender=mail.address(house.settings.site.name),
        site=house.settings.site.name,
        url=house.public_url,
        bounces=mail.bounces,
    )
    return Mailer(house.engine, Post(relay.relay(mail)), scribe, pace=mail.pace)
