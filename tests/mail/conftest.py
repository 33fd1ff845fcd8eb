"""A house that mails, and a mail server."""

from collections.abc import AsyncIterator

import pytest

from hub.settings import Settings
from tests.mail import post_office, subscribers
from tests.mail.post_office import PostOffice


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return subscribers.mailing_settings(settings)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office.opened() as opened:
        yield opened
