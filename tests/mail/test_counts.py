"""What administrators see of mail: numbers."""

from dataclasses import replace

from prometheus_client import CollectorRegistry, generate_latest

from hub.app import House
from hub.cli import postal
from hub.web import ops
from tests.mail.post_office import PostOffice
from tests.mail.subscribers import MAIL, asked, subscribed


async def test_check_knocks_and_counts(house: House, office: PostOffice) -> None:
    await subscribed(house, "reader@home.cn")
    await asked(house, "other@home.cn")
    told, findings = await postal.look(house)
    assert told
    assert (told["answers"], [one.code for one in findings]) == (False, ["mail", "mail_links"])
    mail = MAIL.model_copy(update={"port": office.port})
    open_ = replace(house, settings=house.settings.model_copy(update={"mail": mail}), public_url="https://www.b.test")
    told, findings = await postal.look(open_)
    assert findings == []
    assert told == {
        "answers": True,
        "subscribers": 2,
        "subscriptions": 1,
        "unconfirmed": 1,
        "silenced": 0,
        "waiting": 2,
    }
    assert office.got == [], "nothing is sent"


async def test_metrics_count_and_name_nobody(house: House) -> None:
    await subscribed(house, "reader@home.cn")
    registry = CollectorRegistry()
    async with house.engine.connect() as connection:
        await ops._mail(registry, connection)
    told = generate_latest(registry).decode()
    for line in (
        'gongbu_subscriptions{state="confirmed"} 1.0',
        'gongbu_subscribers{state="mailed"} 1.0',
        'gongbu_mails{state="due"} 1.0',
    ):
        assert line in told
    assert "reader" not in told
