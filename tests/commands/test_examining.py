"""What a channel would refuse is said while the text is written, in the channel's own words, and stops nobody."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels.broken import builder
from channels.contract import ChannelError, Traits
from channels.website import Website
from hub.app import House
from hub.commands import drafting, examining, mending, reviewing
from hub.core.checks import Finding, Severity
from hub.settings import Settings
from hub.web import rendered
from schemas.delivery import Reaction
from schemas.draft import Text
from schemas.edition import Edition
from schemas.parcel import Parcel, Rendering
from schemas.person import Person
from schemas.release import Disclosure, Document, Release, Role
from tests import making

LONG = f"<p>{'为了公开。' * 4_100}</p>"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        public_url="http://localhost:1",
        channels=(
            {"name": "website", "kind": "website", "authoritative": True},
            {"name": "rss", "kind": "rss"},
            {"name": "wechat", "kind": "wechat", "api_base": NOWHERE, "app_id": "wx1", "secret": "made-up"},
            {"name": "专栏", "kind": "disclosure", "api_base": NOWHERE, "key_id": "k", "secret": "made-up-as-well-1"},
        ),
    )


class Rendered:
    """Stands in for a configured channel: renders as it is told, and says in which thread it was asked."""

    def __init__(self, channel: Website, *, raises: Exception | None = None, loop_only: bool = False) -> None:
        self.settings = channel.settings
        self.traits: Traits = replace(Website.traits, loop_only=loop_only)
        self.threads: set[int] = set()
        self._channel, self._raises = channel, raises

    def render(self, parcel: Parcel) -> Rendering:
        self.threads.add(threading.get_ident())
        if self._raises:
            raise self._raises
        return self._channel.render(parcel)


def refused(findings: tuple[Finding, ...]) -> list[str]:
    assert all((one.severity, one.place) == (Severity.WARNS, "policy") for one in findings if _is_one(one))
    return [one.message for one in findings if _is_one(one)]


def _is_one(finding: Finding) -> bool:
    return finding.code == "channel_refuses"


def policy(body: str) -> Document:
    return Document(role=Role.POLICY, number=0, title="关于测试的通知", body=body)


def edition(*documents: Document, **changes: Any) -> Edition:
    return Edition(release=1, number=1, metadata=making.metadata(**changes), documents=documents)


async def written(house: House, staff: dict[str, Person], body: str) -> Release:
    release = await making.draft(house, staff)
    return await drafting.put_document(house.hub, staff["editor"], release.id, policy(body))


async def test_what_every_channel_takes_is_not_spoken_of(house: House) -> None:
    assert refused(await examining.examine(house.hub, edition(*making.documents()))) == []


async def test_a_text_that_wechat_cuts_off_is_named_before_review_and_may_be_submitted(
    house: House, staff: dict[str, Person]
) -> None:
    release = await written(house, staff, LONG)
    [told] = refused(await mending.findings(house.hub, release))
    assert told.startswith("微信公众号不能接收这一版：《关于测试的通知》正文排版后为")
    assert "超过微信上限 20000 字符" in told
    assert told.endswith("或把它作为附件上传。")
    frozen = await reviewing.submit(house.hub, staff["editor"], release.id)
    assert refused(await examining.examine(house.hub, frozen, is_final=True)) == [told]


async def test_nine_articles_are_one_too_many_for_wechat(house: House) -> None:
    readings = [
        Document(role=Role.INTERPRETATION, number=n, title=f"解读{n}", body="<p>《关于测试的通知》说明了什么。</p>")
        for n in range(1, 9)
    ]
    found = refused(await examining.examine(house.hub, edition(policy("<p>一、为了测试。</p>"), *readings)))
    assert found == ["微信公众号不能接收这一版：一次最多发布 8 篇，本次有 9 篇。"]


async def test_what_the_municipal_column_misses_is_named_by_the_name_that_the_operator_gave(house: House) -> None:
    [told] = refused(await examining.examine(house.hub, edition(*making.documents(), index_no=None)))
    assert told.startswith("专栏不能接收这一版：")
    assert "索引号" in told


async def test_what_is_not_open_goes_to_no_channel_and_none_is_asked(house: House) -> None:
    closed = edition(policy(LONG), disclosure=Disclosure.ON_REQUEST)
    assert refused(await examining.examine(house.hub, closed, is_final=True)) == []


async def test_more_than_a_megabyte_is_rendered_only_when_it_is_submitted(house: House) -> None:
    large = edition(policy(f"<p>{'为了公开。' * 70_000}</p>"))
    assert refused(await examining.examine(house.hub, large)) == []
    assert len(refused(await examining.examine(house.hub, large, is_final=True))) == 1


@pytest.mark.parametrize(
    "error",
    [ChannelError(Reaction.CONFIGURATION, "address", "网站地址过长"), RuntimeError("a bug"), RecursionError()],
    ids=lambda error: type(error).__name__,
)
async def test_what_is_no_fault_of_the_text_is_not_told_to_its_editor(house: House, error: Exception) -> None:
    website: Any = house.channels["website"]
    channels: dict[str, Any] = {
        "ill": Rendered(website, raises=error),
        "broken": builder("made up")({"name": "broken", "kind": "gone"}, website._tools),
        "wechat": house.channels["wechat"],
    }
    found = refused(await examining.examine(replace(house.hub, channels=channels), edition(policy(LONG))))
    assert [one[:5] for one in found] == ["微信公众号"]


async def test_a_picture_that_is_not_saved_yet_is_not_missed(house: House, staff: dict[str, Person]) -> None:
    release = await making.draft(house, staff)
    typed = {"policy": Text(body=f'<p>见图。</p><p><img src="blob:{"0" * 64}" alt="图"></p>')}
    assert refused(await mending.findings(house.hub, release, typed)) == []


@pytest.mark.parametrize("loop_only", [True, False])
async def test_a_channel_that_may_not_leave_the_loop_is_rendered_there(
    house: House,
    staff: dict[str, Person],
    loop_only: bool,  # noqa: FBT001
) -> None:
    website: Any = house.channels["website"]
    channel: Any = Rendered(website, loop_only=loop_only)
    hub = replace(house.hub, channels={"website": channel})
    release = await making.draft(house, staff)
    await examining.examine(hub, reviewing.snapshot(release, 1))
    await rendered.render(await rendered.pack(hub, house.public_url, release.id, "website"))
    assert (channel.threads == {threading.get_ident()}) == loop_only
    assert house.channels["rss"].traits.loop_only
