"""The whole way over a real platform: upload, put, publish, see, annotate, correct."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from channels import contract, disclosure
from channels.sandbox.disclosure import book
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting
from schemas.release import Attachment

MakeParcel = Callable[..., Parcel]
OFFICIAL = datetime(2026, 3, 2, 1, 30, 2, 417_000, tzinfo=UTC)
PDF = b"%PDF-1.7 made up"


async def see(
    channel: disclosure.Disclosure, parcel: Parcel, receipt: Receipt, notes: contract.Notes
) -> tuple[Sighting, ...]:
    """Look until it is there; the test's own timeout ends a look that never succeeds."""
    while True:
        try:
            return await channel.sight(parcel, receipt, notes)
        except contract.NotYetError as again:
            await asyncio.sleep(again.seconds)


@pytest.fixture
def attachment(blobs: Any, make_attachment: Callable[..., Attachment]) -> Attachment:
    blobs.put(PDF)
    return make_attachment(PDF, "工作 要点.pdf", "application/pdf")


async def test_a_release_goes_the_whole_way_and_is_seen_document_by_document(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, attachment: Attachment
) -> None:
    parcel = make_parcel(attachments=(attachment,))
    await channel.prepare(parcel, notes)
    receipt = await channel.commit(parcel, notes)
    sightings = await see(channel, parcel, receipt, notes)
    assert [one.document for one in sightings] == ["policy", "interpretation-1"]
    assert {one.document: one.address for one in sightings} == receipt.addresses
    status, text = await platform.page(receipt.addresses["policy"].removeprefix(platform.base))
    assert status == 200
    assert sightings[0].sha256 == hashlib.sha256(text.encode()).hexdigest()


async def test_nothing_is_public_after_prepare(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, attachment: Attachment
) -> None:
    await channel.prepare(make_parcel(attachments=(attachment,)), notes)
    assert (await platform.book())["records"] == {}
    assert (await platform.page(f"/files/{attachment.sha256}/{attachment.name}"))[0] == 404


async def test_an_attachment_is_public_with_its_record(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, attachment: Attachment
) -> None:
    parcel = make_parcel(attachments=(attachment,))
    await channel.prepare(parcel, notes)
    await channel.commit(parcel, notes)
    status, text = await platform.page(f"/files/{attachment.sha256}/{attachment.name}")
    assert (status, text.encode()) == (200, PDF)


async def test_a_file_is_uploaded_once_however_often_prepare_runs(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, platform: Any, attachment: Attachment
) -> None:
    parcel = make_parcel(attachments=(attachment,))
    for _ in range(2):
        await channel.prepare(parcel, _Forgetful())
    assert (await platform.book())["files"] == {attachment.sha256: {"size": len(PDF), "puts": 1}}


class _Forgetful:
    def get(self, key: str) -> None: ...

    async def keep(self, key: str, value: Any) -> None: ...

    async def now(self) -> datetime:
        return contract.now_utc()


async def test_a_file_that_the_store_lost_or_changed_is_never_sent(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, blobs: Any, attachment: Attachment
) -> None:
    blobs.kept[attachment.sha256] = b"other bytes"
    with pytest.raises(contract.ChannelError, match="blob_damaged"):
        await channel.prepare(make_parcel(attachments=(attachment,)), notes)
    del blobs.kept[attachment.sha256]
    with pytest.raises(contract.ChannelError, match="blob_missing"):
        await channel.prepare(make_parcel(attachments=(attachment,)), notes)


async def test_the_same_key_and_body_give_the_same_receipt(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    parcel = make_parcel()
    first = await channel.commit(parcel, notes)
    assert await channel.commit(parcel, notes) == first
    assert await channel.look_up(parcel, notes) == first
    assert [len(one["versions"]) for one in (await platform.book())["records"].values()] == [1, 1]


async def test_the_same_key_with_another_body_is_a_bug_of_ours(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel()
    await channel.commit(parcel, notes)
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(parcel.model_copy(update={"official_at": OFFICIAL}), notes)
    assert caught.value.trouble.reaction is Reaction.BUG


async def test_the_official_time_is_marked_on_the_same_record_and_seen_there(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    parcel = make_parcel()
    published = await channel.commit(parcel, notes)
    annotation = make_parcel(parcel.edition, action=Action.ANNOTATE, official_at=OFFICIAL)
    with pytest.raises(contract.NotYetError):
        await channel.sight(annotation, published, notes)
    annotated = await channel.commit(annotation, notes)
    assert annotated.addresses == published.addresses
    await see(channel, annotation, annotated, notes)
    _, text = await platform.page(annotated.addresses["policy"].removeprefix(platform.base))
    assert '<time datetime="2026-03-02T09:30:02.417+08:00">2026年3月2日 09:30:02</time>' in text


async def test_another_official_time_on_the_page_is_not_ours(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any
) -> None:
    annotation = make_parcel(action=Action.ANNOTATE, official_at=OFFICIAL)
    receipt = await channel.commit(annotation, notes)
    later = annotation.model_copy(update={"official_at": OFFICIAL + timedelta(milliseconds=1)})
    with pytest.raises(contract.NotYetError):
        await channel.sight(later, receipt, notes)


async def test_a_correction_replaces_the_record_and_an_older_edition_never_comes_back(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any
) -> None:
    old, new = make_parcel(), make_parcel(number=2, body="<p>更正后的正文。</p>")
    first = await channel.commit(old, notes)
    second = await channel.commit(new, notes)
    assert first.addresses == second.addresses
    await see(channel, new, second, notes)
    with pytest.raises(contract.NotYetError):
        await channel.sight(old, first, notes)
    with pytest.raises(contract.ChannelError, match="older_edition"):
        await channel.commit(old.model_copy(update={"key": "f" * 32}), notes)


async def test_a_record_is_not_seen_before_the_platform_publishes_it(
    start: Callable[..., Any],
    build: Callable[..., disclosure.Disclosure],
    make_parcel: MakeParcel,
    notes: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock: Any = SimpleNamespace(time=lambda: clock.now, now=time.time(), strftime=time.strftime, gmtime=time.gmtime)
    monkeypatch.setattr(book, "time", clock)
    slow = await start(delay_seconds=60.0)
    channel, parcel = build(api_base=slow.base), make_parcel()
    receipt = await channel.commit(parcel, notes)
    clock.now += 59.0
    with pytest.raises(contract.NotYetError):
        await channel.sight(parcel, receipt, notes)
    clock.now += 2.0
    assert len(await see(channel, parcel, receipt, notes)) == 2


async def test_right_digest_with_wrong_text_is_not_a_sighting(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel(body="<p>真实的正文。</p><style>p{}</style>")
    receipt = await channel.commit(parcel, notes)
    await channel.sight(parcel, receipt, notes)
    swapped = {**receipt.addresses, "policy": receipt.addresses["interpretation-1"]}
    with pytest.raises(contract.NotYetError):
        await channel.sight(parcel, receipt.model_copy(update={"addresses": swapped}), notes)


async def test_the_platform_remembers_everything_after_a_restart(
    start: Callable[..., Any],
    build: Callable[..., disclosure.Disclosure],
    make_parcel: MakeParcel,
    notes: Any,
    attachment: Attachment,
    tmp_path: Path,
) -> None:
    book = tmp_path / "platform" / "book.jsonl"
    first = await start(book=book)
    parcel = make_parcel(attachments=(attachment,))
    channel = build(api_base=first.base)
    await channel.prepare(parcel, notes)
    receipt = await channel.commit(parcel, notes)
    before = await first.book()
    port = first.server.port
    await first.server.close()
    with book.open("ab") as journal:
        journal.write(b'{"key": "half a li')
    again = await start(book=book, port=port)
    after = await again.book()
    assert {name: after[name] for name in ("files", "packages", "records")} == {
        name: before[name] for name in ("files", "packages", "records")
    }
    assert await channel.look_up(parcel, notes) == receipt
    assert await channel.sight(parcel, receipt, notes)
    assert (await again.page(f"/files/{attachment.sha256}/{attachment.name}"))[1].encode() == PDF
