"""索引号 given and taken, and what is in files: seen from the acts that people do."""

import asyncio
from dataclasses import replace

import pytest

from hub.app import House
from hub.commands import attaching, drafting, examining, mending, numbering, reviewing
from hub.commands.act import Hub
from hub.store.blobs import Blobs
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.rulebook import Rulebook
from tests import making
from tests.intake.test_inside import word

CODE, OTHER = "11120000MB1909339E", "11441700007280420Y"
RULES = Rulebook(bureau_code=CODE, unit_codes=(f"和平分局 {OTHER}",), index_no_at_submit=True)


def ruled(house: House) -> Hub:
    return replace(house.hub, rules=RULES)


async def test_numbers_follow_each_other_and_stay_whose_they_are(house: House, staff: dict[str, Person]) -> None:
    hub, editor = ruled(house), staff["editor"]
    made = [await making.draft(house, staff, index_no=None, doc_no=f"津规资办发〔2026〕{n}号") for n in (1, 2, 3)]
    given = await asyncio.gather(*(numbering.give(hub, editor, one.id) for one in made))
    numbers = sorted(one.metadata.index_no or "" for one in given)
    assert numbers == [f"{CODE}/2026-{serial:05}" for serial in (1, 2, 3)]
    again = await numbering.give(hub, editor, made[0].id)
    assert again.metadata.index_no == given[0].metadata.index_no
    branch = await making.draft(house, staff, index_no=None, issuer="和平分局")
    assert (await numbering.give(hub, editor, branch.id)).metadata.index_no == f"{OTHER}/2026-00001"
    with pytest.raises(HubError, match="bureau_code"):
        await numbering.give(house.hub, editor, branch.id)


async def test_a_release_gets_its_number_when_it_is_submitted(house: House, staff: dict[str, Person]) -> None:
    hub, editor = ruled(house), staff["editor"]
    typed = await making.draft(house, staff, index_no=f"{CODE}MB1909339E/2026-00001")
    await reviewing.submit(hub, editor, typed.id)
    bare = await making.draft(house, staff, index_no=None, doc_no="津规资办发〔2026〕3号")
    found = {one.code: one for one in await mending.findings(hub, bare)}
    assert "no_index_no" not in found
    assert "2号" in found["doc_no_gap"].message
    edition = await reviewing.submit(hub, editor, bare.id)
    assert edition.metadata.index_no == f"{CODE}/2026-00002"
    double = await making.draft(house, staff, index_no=f"{CODE}/2026-00001")
    codes = {one.code for one in await mending.findings(hub, double)}
    assert {"index_no_double", "doc_no_double"} <= codes


async def test_a_number_is_given_by_one_click(house: House, staff: dict[str, Person]) -> None:
    hub = replace(house.hub, rules=Rulebook(bureau_code=CODE))
    bare = await making.draft(house, staff, index_no=None)
    told = next(one for one in await mending.findings(hub, bare) if one.code == "no_index_no")
    assert told.fix is not None
    mended = await mending.mend(hub, staff["editor"], bare.id, told.key, name="policy", text=None, seen=None)
    assert mended.metadata.index_no == f"{CODE}/2026-00001"


async def test_a_file_is_cleaned_by_one_click_and_an_unsettled_one_is_stopped(
    house: House, staff: dict[str, Person]
) -> None:
    editor, hub = staff["editor"], house.hub
    release = await making.draft(house, staff)
    release = await attaching.attach(hub, editor, release.id, "policy", [("名单.docx", word(changes=True))])
    found = {one.code: one for one in await mending.findings(hub, release)}
    assert {"file_author", "file_changes", "file_hidden_text", "id_number", "mobile_number"} <= found.keys()
    key = found["file_author"].key
    mended = await mending.mend(hub, editor, release.id, key, name="policy", text=None, seen=None)
    before, after = (one.documents[0].attachments[0] for one in (release, mended))
    assert before.name == after.name
    assert "张三".encode() not in await Blobs(hub.engine).read(after.sha256)
    codes = {one.code for one in await mending.findings(hub, mended)}
    assert "file_author" not in codes
    assert "file_changes" in codes
    with pytest.raises(HubError) as refused:
        await reviewing.submit(hub, editor, release.id)
    assert refused.value.code is ErrorCode.BLOCKED
    assert "修订痕迹" in refused.value.message
    sound = await drafting.put_document(hub, editor, release.id, making.documents()[0])
    edition = await reviewing.submit(hub, editor, sound.id)
    assert not [one for one in await examining.examine(hub, edition) if one.code.startswith("file_")]
