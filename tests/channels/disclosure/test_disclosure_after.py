"""The municipal column after a publication: notices instead of texts, marks with reasons, nothing restored."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from channels import contract, disclosure
from channels.sandbox.disclosure import intake
from channels.sandbox.disclosure.refusal import RefusedError
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.standing import StandingKind
from tests.channels.conftest import OFFICIAL_AT, build_notice
from tests.channels.disclosure.test_disclosure_way import PDF, see

MakeParcel = Callable[..., Parcel]
GONE = build_notice(StandingKind.WITHDRAWN)


async def publish(channel: disclosure.Disclosure, parcel: Parcel, notes: Any) -> Any:
    await channel.prepare(parcel, notes)
    receipt = await channel.commit(parcel, notes)
    await see(channel, parcel, receipt, notes)
    return receipt


def withdrawn(parcel: Parcel) -> Parcel:
    return parcel.model_copy(update={"key": "b" * 32, "action": Action.WITHDRAW, "notice": GONE})


async def test_a_withdrawn_record_keeps_its_address_and_nothing_else(
    channel: disclosure.Disclosure,
    make_parcel: MakeParcel,
    make_attachment: Any,
    blobs: Any,
    notes: Any,
    platform: Any,
) -> None:
    blobs.put(PDF)
    attachment = make_attachment(PDF, "名单.pdf", "application/pdf")
    parcel = make_parcel(attachments=(attachment,))
    receipt = await publish(channel, parcel, notes)
    assert (await platform.page(f"/files/{attachment.sha256}/名单.pdf"))[0] == 200
    gone = await publish(channel, withdrawn(parcel), notes)
    assert gone.addresses == receipt.addresses
    status, text = await platform.page(receipt.addresses["policy"].removeprefix(platform.base))
    assert (status, GONE.reason in text, "权责清单" in text) == (200, True, False)
    assert (await platform.page(f"/files/{attachment.sha256}/名单.pdf"))[0] == 404
    assert parcel.edition.policy.title not in (await platform.page("/columns/statutory"))[1]


async def test_the_platform_restores_no_withdrawn_edition(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel()
    await publish(channel, parcel, notes)
    await publish(channel, withdrawn(parcel), notes)
    with pytest.raises(contract.ChannelError) as told:
        await channel.commit(parcel.model_copy(update={"key": "c" * 32}), notes)
    assert told.value.trouble.reaction is Reaction.BUG
    await publish(channel, make_parcel(number=2), notes)


async def test_a_mark_changes_the_records_validity(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes)
    marked = make_parcel(parcel.edition, action=Action.ANNOTATE, official_at=OFFICIAL_AT, notice=build_notice())
    await publish(channel, marked, notes)
    _, text = await platform.page(receipt.addresses["policy"].removeprefix(platform.base))
    for said in ("(已废止)", "<dt>有效性</dt><dd>已废止</dd>", "本文件自2026年11月1日起废止。", "权责清单"):
        assert said in text


def test_what_nothing_was_said_of_is_sent_as_before(channel: disclosure.Disclosure, make_parcel: MakeParcel) -> None:
    sent = json.loads(channel.render(make_parcel()).files[0].body)
    assert not any("standing" in one for one in sent["records"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("standing", None), ("body", "<p>正文</p>"), ("attachments", []), ("edition", 0), ("title", "")],
)
def test_the_platform_takes_no_withdrawal_without_reason_or_with_a_text(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, field: str, value: object
) -> None:
    package = json.loads(channel.render(withdrawn(make_parcel())).files[0].body)
    assert intake.package(json.dumps(package).encode())["action"] == "withdraw"
    package["records"][0][field] = value
    with pytest.raises(RefusedError):
        intake.package(json.dumps(package).encode())
