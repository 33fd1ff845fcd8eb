"""Mail to partners against a real mail server: what arrives, what is never sent twice, what a person is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.conformance.after import GONE, REPEALED
from channels.conformance.editions import OFFICIAL_AT, PDF, build_edition, full_edition
from channels.conformance.journey import Journey
from channels.conformance.memory import MemoryNotes
from channels.contract import ChannelError, Lacking, NotYetError
from channels.mail import MailSettings, build
from channels.mail.plain import plain
from schemas.delivery import Action, Reaction
from schemas.publication import Receipt
from tests.channels.mail.world import RECIPIENTS, Mail
from tests.mail import post_office

EDITION = full_edition()
FIRST, SECOND = RECIPIENTS


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Mail]:
    world = Mail(tmp_path / "world")
    await world.start()
    yield world
    await world.close()


async def troubled(step: Any) -> Any:
    with pytest.raises(ChannelError) as caught:
        await step
    return caught.value.trouble


async def test_a_message_is_the_release_with_its_attachments(world: Mail) -> None:
    await Journey(world, world.parcel(EDITION)).go()
    (one,) = world.office.to(FIRST)
    assert one["To"] == FIRST
    assert SECOND not in str(one), "nobody sees the others"
    assert one["Subject"] == f"【政策发布】{EDITION.policy.title}"
    assert one["From"].addresses[0].addr_spec == "zhengce@bureau.test"
    text, html = post_office.text(one), post_office.text(one, "html")
    for words in ("津规资办发〔2026〕12号", "2026年3月2日 09:30:02（北京时间）", f"{world.site.url}/zcwj/1001.html"):
        assert words in text
        assert words in html
    assert "［图：示意图］" in text
    assert f'src="{world.site.url}/images/1001/' in html
    ((name, data),) = [(part.get_filename(), part.get_content()) for part in one.iter_attachments()]
    assert (name, data) == ("要点.pdf", PDF)
    assert len({str(message["Message-ID"]) for message in world.office.messages}) == 2


async def test_what_is_too_large_is_a_link(world: Mail) -> None:
    assert not world.channel.render(world.parcel(EDITION)).remarks
    world.reopen(attach_bytes=len(PDF) - 1)
    [told] = world.channel.render(world.parcel(EDITION)).remarks
    assert ("1 个附件" in told.words, told.is_loss) == (True, False)
    await Journey(world, world.parcel(EDITION)).go()
    (one,) = world.office.to(FIRST)
    assert not list(one.iter_attachments())
    assert f"要点.pdf：{world.site.url}/zcwj/1001/attachment-1.pdf" in post_office.text(one)


async def test_nothing_leaves_before_the_bureaus_own_page_shows_it(world: Mail) -> None:
    parcel = world.parcel(EDITION)
    pages, world.pages = world.pages, {}
    journey = Journey(world, parcel)
    with pytest.raises(NotYetError):
        await world.channel.prepare(parcel, journey.notes)
    world.pages = pages
    await journey.go()
    assert len(world.office.got) == 2


async def test_a_mark_and_a_withdrawal_are_messages_of_their_own(world: Mail) -> None:
    journey = Journey(world, world.parcel(EDITION))
    await journey.go()
    more: dict[str, Any] = {"official_at": OFFICIAL_AT, "published": journey.receipt}
    await Journey(world, world.parcel(EDITION, action=Action.ANNOTATE, notice=REPEALED, **more)).go()
    await Journey(world, world.parcel(EDITION, action=Action.WITHDRAW, notice=GONE, **more)).go()
    _, marked, gone = world.office.to(FIRST)
    assert marked["Subject"] == f"【效力变更】{EDITION.policy.title}"
    assert gone["Subject"] == f"【撤回】{EDITION.policy.title}"
    for message, notice in ((marked, REPEALED), (gone, GONE)):
        text = post_office.text(message)
        assert notice.reason in text
        assert "新的工作要点" in text
        assert "现将要点印发" not in text
        assert not list(message.iter_attachments())
    assert "停止使用" in post_office.text(gone)


async def test_a_message_without_an_answer_is_a_persons_to_settle(world: Mail) -> None:
    world.office.hang_up = True
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    trouble = await troubled(world.channel.commit(journey.parcel, journey.notes))
    assert trouble.reaction is Reaction.ASK
    world.reopen()
    trouble = await troubled(world.channel.look_up(journey.parcel, journey.notes))
    assert (trouble.reaction, trouble.code) == (Reaction.ASK, "unknown")
    assert "第 1 个" in trouble.detail
    assert FIRST not in trouble.detail
    assert set(world.office.counts().values()) == {1}, "the other one has left all the same"
    assert len(world.office.got) == 2
    # The person says that it came: what is seen is the page.
    settled = Receipt(id="by hand", addresses=journey.parcel.addresses)
    assert len(await world.channel.sight(journey.parcel, settled, journey.notes)) == 2


async def test_where_it_is_wished_it_is_sent_again_under_the_same_id(world: Mail) -> None:
    world.reopen(repeat=True)
    world.office.hang_up = True
    await Journey(world, world.parcel(EDITION)).go()
    assert sorted(world.office.counts().values()) == [1, 2]


async def test_a_refused_address_is_told_and_mended_without_writing_to_the_others(world: Mail) -> None:
    world.office.recipients[SECOND] = "550 5.1.1 no such user bgs@unit.test"
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    assert (await troubled(world.channel.commit(journey.parcel, journey.notes))).reaction is Reaction.ASK
    trouble = await troubled(world.channel.look_up(journey.parcel, journey.notes))
    assert (trouble.reaction, trouble.is_own) == (Reaction.CONFIGURATION, True)
    assert "第 2 个（550 5.1.1）" in trouble.detail
    assert SECOND not in trouble.detail
    world.reopen(recipients=(FIRST, "new@unit.test"))
    journey.intended = True
    await journey.go()
    assert [len(world.office.to(one)) for one in (FIRST, SECOND, "new@unit.test")] == [1, 0, 1]


async def test_a_refused_address_is_tried_again_when_a_person_says_so(world: Mail) -> None:
    world.office.recipients[SECOND] = "550 5.1.1 no such user"
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    await troubled(world.channel.commit(journey.parcel, journey.notes))
    await troubled(world.channel.look_up(journey.parcel, journey.notes))
    del world.office.recipients[SECOND]
    journey.intended = True
    await journey.go()
    assert [len(world.office.to(one)) for one in RECIPIENTS] == [1, 1]


async def test_what_was_withdrawn_meanwhile_goes_to_nobody_more(world: Mail) -> None:
    world.office.recipients[SECOND] = "450 4.2.1 later"
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    await troubled(world.channel.commit(journey.parcel, journey.notes))
    void = journey.parcel.model_copy(update={"is_void": True})
    assert await world.channel.look_up(void, journey.notes), "so that the withdrawal follows"


async def test_when_every_address_is_refused_nothing_has_left(world: Mail) -> None:
    world.office.recipients |= dict.fromkeys(RECIPIENTS, "550 5.1.1 no such user")
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    trouble = await troubled(world.channel.commit(journey.parcel, journey.notes))
    assert trouble.reaction is Reaction.CONFIGURATION


async def test_what_is_put_off_waits_and_goes_later(world: Mail) -> None:
    world.reopen(retry_seconds=300)
    world.office.recipients[FIRST] = "450 4.2.1 greylisted"
    journey = Journey(world, world.parcel(EDITION))
    await journey.prepare()
    await troubled(world.channel.commit(journey.parcel, journey.notes))
    with pytest.raises(NotYetError) as wait:
        await world.channel.look_up(journey.parcel, journey.notes)
    assert wait.value.seconds == pytest.approx(300, abs=5)
    world.reopen(retry_seconds=0)
    world.office.recipients.clear()
    journey.intended = True
    await journey.go()
    assert [len(world.office.to(one)) for one in RECIPIENTS] == [1, 1]


class Dying(MemoryNotes):
    """Notes of a process that is killed before or after the `at`-th of them is durable."""

    def __init__(self, at: int, *, late: bool) -> None:
        super().__init__()
        self.at, self.late, self.count = at, late, 0

    async def keep(self, key: str, value: Any) -> None:
        self.count += 1
        if self.count == self.at and not self.late:
            raise asyncio.CancelledError
        await super().keep(key, value)
        if self.count == self.at:
            raise asyncio.CancelledError


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("at", [2, 3, 4, 5])
async def test_a_process_killed_at_any_line_doubles_nothing(world: Mail, at: int, late: bool) -> None:  # noqa: FBT001
    """Notes 2 to 5 lie around the two messages. Only the one in flight is left to a person."""
    journey = Journey(world, world.parcel(EDITION))
    journey.notes = Dying(at, late=late)
    await journey.prepare()
    with pytest.raises(asyncio.CancelledError):
        await world.channel.commit(journey.parcel, journey.notes)
    journey.intended = True
    world.reopen()
    in_flight = (at, late) in {(2, True), (3, False), (4, True), (5, False)}
    if in_flight:
        while True:
            try:
                assert await world.channel.look_up(journey.parcel, journey.notes) is None
                await world.channel.commit(journey.parcel, journey.notes)
            except ChannelError as error:
                if error.trouble.code == "unknown":
                    break
    else:
        await journey.go()
    assert set(world.office.counts().values()) == {1}
    assert len(world.office.got) == (2 if not in_flight or at in {3, 5} else 1)


async def test_wrong_passwords_and_missing_servers_are_told(world: Mail, tools: Any) -> None:
    nowhere = build({"name": "m", "kind": "mail", "recipients": RECIPIENTS}, tools)
    trouble = await troubled(nowhere.knock())
    assert (trouble.reaction, trouble.code) == (Reaction.CONFIGURATION, "no_mail")
    assert isinstance(nowhere, Lacking)
    assert "[mail]" in nowhere.lacks()[0]
    world.office.sender = "535 5.7.8 no"
    journey = Journey(world, world.parcel(build_edition()))
    trouble = await troubled(world.channel.commit(journey.parcel, journey.notes))
    assert trouble.reaction is Reaction.CREDENTIALS


def test_a_body_becomes_plain_text() -> None:
    body = (
        '<h2>一、要点</h2><p>见<a href="/zcwj/1.html">附件<strong>一</strong></a>&amp;二</p>'
        '<ul><li>甲</li><li>乙<img src="blob:1"></li></ul>'
        "<table><tr><th>事项</th><th>处室</th></tr><tr><td>公开</td><td>办公室</td></tr></table>"
    )
    assert plain(body, "https://a.test/zcwj/1001.html") == (
        "一、要点\n见附件一（https://a.test/zcwj/1.html）&二\n· 甲\n· 乙［图：见网页］\n事项 | 处室\n公开 | 办公室"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipients": ()},
        {"recipients": ("a@b.test", "A@B.test")},
        {"recipients": ("a@b.test\r\nBcc: c@d.test",)},
        {"authoritative": True},
    ],
    ids=str,
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    table = {"name": "m", "kind": "mail", "recipients": RECIPIENTS}
    assert MailSettings.model_validate(table).recipients == RECIPIENTS
    with pytest.raises(ValidationError):
        MailSettings.model_validate(table | wrong)
