"""A partner's system that refuses, hangs up, forgets and lies: what is sent again, and what a person is told."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels import fingerprint
from channels.conformance.after import GONE
from channels.conformance.editions import OFFICIAL_AT, build_edition, full_edition
from channels.conformance.journey import Journey
from channels.contract import ChannelError, NotYetError, now_utc
from channels.webhook import WebhookSettings, signature
from schemas.delivery import Action, Reaction
from tests.channels.webhook.receiver import OTHER, ROOT_KEY, SECRET, Fault
from tests.channels.webhook.world import Webhook

EDITION = full_edition()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Webhook]:
    world = Webhook(tmp_path)
    await world.start()
    yield world
    await world.close()


async def refused(world: Webhook, journey: Journey) -> Any:
    with pytest.raises(ChannelError) as caught:
        await world.channel.commit(journey.parcel, journey.notes)
    return caught.value.trouble


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    key = signature.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature.headers(
        [key], identity="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_every_secret_signs(world: Webhook) -> None:
    world.reopen(secrets=(OTHER, SECRET))
    journey = Journey(world, world.parcel(EDITION))
    await journey.go()
    (headers,) = world.receiver.seen
    signatures = headers["webhook-signature"].split()
    assert len(signatures) == 2
    body = world.channel.render(journey.parcel).files[0].body
    message = b".".join((journey.parcel.key.encode(), headers["webhook-timestamp"].encode(), body))
    mac = base64.b64encode(hmac.new(ROOT_KEY, message, hashlib.sha256).digest()).decode()
    assert signatures[1] == f"v1,{mac}"


async def test_the_message_says_everything_that_a_partner_needs(world: Webhook) -> None:
    await Journey(world, world.parcel(EDITION)).go()
    (_, message) = world.receiver.got[0]
    policy = message["data"]["documents"][0]
    assert (message["type"], message["timestamp"]) == ("release.published", "2026-03-02T09:30:02.417+08:00")
    assert message["data"]["official_at"] == message["timestamp"]
    assert policy["address"] == f"{world.site.url}/zcwj/1001.html"
    assert policy["attachments"][0] == {
        "name": "要点.pdf",
        "media": "application/pdf",
        "size": 16,
        "sha256": EDITION.policy.attachments[0].sha256,
        "address": f"{world.site.url}/zcwj/1001/attachment-1.pdf",
    }
    assert f'src="{world.site.url}/images/1001/' in policy["body"]
    assert "secrecy" not in message["data"]["metadata"]


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (400, Reaction.CONTENT),
        (401, Reaction.CREDENTIALS),
        (404, Reaction.CONFIGURATION),
        (410, Reaction.CONFIGURATION),
        (422, Reaction.CONTENT),
        (307, Reaction.CONFIGURATION),
        (500, Reaction.ASK),
        (503, Reaction.ASK),
    ],
)
async def test_every_refusal_says_what_to_do(world: Webhook, status: int, reaction: Reaction) -> None:
    world.receiver.faults = [Fault(status=status, headers={"Location": "http://127.0.0.1:1/"})]
    trouble = await refused(world, Journey(world, world.parcel(EDITION)))
    assert (trouble.reaction, trouble.code, trouble.shuts) == (reaction, f"http_{status}", status == 410)
    assert "今天不收" in trouble.detail
    assert not world.receiver.got


async def test_what_is_asked_for_is_waited(world: Webhook) -> None:
    world.receiver.faults = [Fault(status=429, headers={"Retry-After": "17"})]
    trouble = await refused(world, Journey(world, world.parcel(EDITION)))
    assert (trouble.reaction, trouble.retry_after_seconds) == (Reaction.RETRY, 17.0)


@pytest.mark.parametrize("fault", [Fault(lost=True), Fault(status=502, late=True)], ids=["hung up", "502"])
async def test_what_was_taken_without_a_word_is_found_and_not_sent_again(world: Webhook, fault: Fault) -> None:
    world.receiver.faults = [fault]
    world.receiver.deduplicates = False
    assert await Journey(world, world.parcel(EDITION)).go()
    assert len(world.receiver.got) == 1


async def test_what_nobody_can_be_asked_about_is_sent_again_under_the_same_id(world: Webhook) -> None:
    world.reopen(status_url="")
    world.receiver.faults = [Fault(lost=True), Fault(status=503)]
    assert await Journey(world, world.parcel(EDITION)).go()
    assert len({identity for identity, _ in world.receiver.got}) == 1
    assert len(world.receiver.got) == 2
    assert set((await world.public()).values()) == {1}, "the receiver drops it"


async def test_what_was_withdrawn_meanwhile_is_not_sent_again(world: Webhook) -> None:
    """Nobody can say whether it came, so that it is taken to have come: then its withdrawal follows."""
    world.reopen(status_url="")
    world.receiver.faults = [Fault(lost=True)]
    journey = Journey(world, world.parcel(EDITION))
    await refused(world, journey)
    void = journey.parcel.model_copy(update={"is_void": True})
    assert await world.channel.look_up(void, journey.notes)


async def test_a_repeat_waits_longer_each_time(world: Webhook) -> None:
    world.reopen(retry_seconds=300)
    journey = Journey(world, world.parcel(EDITION))
    waits = []
    for _ in range(2):
        world.receiver.faults = [Fault(status=503, headers={"Retry-After": "1"})]
        await refused(world, journey)
        with pytest.raises(NotYetError) as wait:
            await world.channel.look_up(journey.parcel, journey.notes)
        waits.append(wait.value.seconds)
    assert waits == pytest.approx([300, 600], abs=5)


@pytest.mark.parametrize("status", [500, 429])
async def test_a_partner_that_cannot_say_is_asked_again(world: Webhook, status: int) -> None:
    world.receiver.status = status
    journey = Journey(world, world.parcel(EDITION))
    with pytest.raises(NotYetError):
        await world.channel.look_up(journey.parcel, journey.notes)


async def test_pages_may_come_later(world: Webhook) -> None:
    world.receiver.names_pages = False
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    await journey.commit()
    assert journey.receipt
    assert not journey.receipt.addresses
    answer = next(iter(world.receiver.taken.values()))
    answer["state"] = "received"
    with pytest.raises(NotYetError):
        await world.channel.sight(journey.parcel, journey.receipt, journey.notes)
    answer["state"] = "published"
    assert len(await journey.sight()) == 2


async def test_who_never_names_a_page_is_never_visible(world: Webhook) -> None:
    world.reopen(status_url="")
    world.receiver.names_pages = False
    with pytest.raises(ChannelError) as caught:
        await Journey(world, world.parcel(EDITION)).go()
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONFIGURATION, "no_address")


@pytest.mark.parametrize("address", ["http://10.0.0.1/x", "http://localhost:22/", "file:///etc/passwd", "http://[::1"])
async def test_no_answer_leads_our_look_elsewhere(world: Webhook, address: str) -> None:
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    await journey.commit()
    assert journey.receipt
    receipt = journey.receipt.model_copy(update={"addresses": dict.fromkeys(journey.parcel.addresses, address)})
    with pytest.raises(ChannelError) as caught:
        await world.channel.sight(journey.parcel, receipt, journey.notes)
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONFIGURATION, "foreign_address")


async def test_even_the_operators_own_address_must_be_let_in(world: Webhook) -> None:
    world.reopen(url="http://192.168.0.1/hook", status_url="")
    with pytest.raises(ChannelError) as caught:
        await world.channel.knock()
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONFIGURATION, "closed")


def test_a_page_in_gb_18030_is_read() -> None:
    page = "<html><body><p>政务 公开</p></body></html>"
    assert fingerprint.visible(page.encode("gb18030")) == fingerprint.visible(page.encode()) == "政务公开"


def test_what_stands_behind_the_end_of_a_page_is_read() -> None:
    assert fingerprint.visible(b"<html><body>a<script>x</script></body></html>b<p>c</p>") == "abc"


async def test_a_planned_release_is_not_looked_for_before_its_time(world: Webhook) -> None:
    parcel = world.parcel(EDITION)
    ahead = now_utc() + timedelta(seconds=500)
    planned = parcel.model_copy(update={"planned_at": ahead, "official_at": None})
    with pytest.raises(NotYetError) as wait:
        await world.channel.prepare(planned, Journey(world, planned).notes)
    assert wait.value.seconds == pytest.approx(500, abs=5)


async def test_what_is_left_of_a_withdrawn_text_is_found(world: Webhook) -> None:
    body = "".join(f"<p>第{number}条规定的内容，各单位应当遵照执行，不得擅自变更。</p>" for number in range(30))
    edition = build_edition(body=body, interpretations=0)
    journey = Journey(world, world.parcel(edition))
    await journey.go()
    gone = Journey(world, world.parcel(edition, action=Action.WITHDRAW, official_at=OFFICIAL_AT, notice=GONE))
    await gone.prepare()
    await gone.commit()
    (name,) = world.receiver.pages
    notice = world.receiver.pages[name]
    world.receiver.pages[name] = notice + body[200:900]
    assert gone.receipt
    with pytest.raises(NotYetError):
        await world.channel.sight(gone.parcel, gone.receipt, gone.notes)
    world.receiver.pages[name] = notice
    assert await gone.sight()


@pytest.mark.parametrize(
    "wrong",
    [
        {"secrets": ()},
        {"secrets": ("whsec_c2hvcnQ=",)},
        {"secrets": ("not base64 at all",)},
        {"url": "ftp://a.test/"},
        {"url": "https://user:pass@a.test/"},
        {"authoritative": True},
        {"page_hosts": ("https://a.test/",)},
    ],
    ids=str,
)
def test_wrong_settings_are_refused_without_quoting_secrets(wrong: dict[str, Any]) -> None:
    table = {"name": "a", "kind": "webhook", "url": "https://a.test/hook", "secrets": (SECRET,)}
    assert WebhookSettings.model_validate(table).hosts == {"a.test"}
    with pytest.raises(ValidationError) as caught:
        WebhookSettings.model_validate(table | wrong)
    assert "not base64 at all" not in str(caught.value)
    assert "c2hvcnQ" not in str(caught.value)


def test_nothing_is_printed_of_a_secret() -> None:
    settings = WebhookSettings.model_validate({"name": "a", "url": "https://a.test/hook", "secrets": (SECRET,)})
    assert SECRET not in repr(settings)
