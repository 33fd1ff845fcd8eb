"""What is taken away long after the publication is noticed, and a riddle is no loss."""

from collections.abc import Callable
from typing import Any

import pytest

from channels import contract
from schemas.parcel import Parcel
from schemas.publication import Receipt
from tests.channels.wechat.stage import Opener, Stage, patiently

MakeParcel = Callable[..., Parcel]


async def published(one: Stage, parcel: Parcel, notes: Any) -> tuple[Receipt, dict[str, str]]:
    await one.channel.prepare(parcel, notes)
    receipt = await one.channel.commit(parcel, notes)
    seen = await patiently(lambda: one.channel.sight(parcel, receipt, notes))
    return receipt, {found.document: found.address for found in seen}


@pytest.mark.parametrize("way", ["freepublish", "mass"])
@pytest.mark.parametrize(
    ("removal", "lost", "words"),
    [
        ({}, ["policy", "interpretation-1"], "运营者删除"),
        ({"index": 2}, ["interpretation-1"], "运营者删除"),
        ({"how": "banned"}, ["policy", "interpretation-1"], "封禁"),
    ],
)
async def test_what_is_taken_away_later_is_noticed(
    stage: Opener, make_parcel: MakeParcel, notes: Any, way: str, removal: dict[str, Any], lost: list[str], words: str
) -> None:
    one, parcel = await stage(), make_parcel().model_copy(update={"choice": way})
    receipt, addresses = await published(one, parcel, notes)
    assert await one.channel.still_there(parcel, receipt, addresses) == ()
    await one.later("removal", url=addresses["policy"], **removal)
    losses = await one.channel.still_there(parcel, receipt, addresses)
    assert [loss.document for loss in losses] == lost
    assert all(words in loss.words for loss in losses)
    assert all(loss.address == addresses[loss.document] for loss in losses)


async def test_what_a_person_settled_is_told_by_its_page_alone(
    stage: Opener, make_parcel: MakeParcel, notes: Any
) -> None:
    one, parcel = await stage(), make_parcel()
    receipt, addresses = await published(one, parcel, notes)
    by_hand = Receipt(id="settled by hand", addresses=addresses)
    riddle = {"policy": f"{one.base}/", "interpretation-1": f"{one.base}/s/never-was"}
    assert await one.channel.still_there(parcel, by_hand, riddle) == ()
    await one.later("removal", url=addresses["policy"])
    assert len(await one.channel.still_there(parcel, by_hand, addresses)) == 2
    assert "/cgi-bin/freepublish/getarticle" not in (await one.book())["calls"]
    await one.order("freepublish/get", "errcode", errcode=45009)
    with pytest.raises(contract.ChannelError):
        await one.channel.still_there(parcel, receipt, addresses)
