"""应急发布 and 区分处理 over HTTP: each answer holds to what the API's own document promises."""

from schemas.grounds import GROUNDS
from tests import making
from tests.commands.test_urgency import WHY, public
from tests.web.conftest import Office


async def test_an_emergency_goes_the_short_way_and_is_countersigned(office: Office) -> None:
    release = await making.draft(office.house, office.staff, kind="notice", index_no=None)
    place = f"/api/v1/releases/{release.id}"
    assert (await office.ask("editor", "POST", f"{place}/submit", {"urgent": "急"})).code == "invalid"
    assert (await office.ask("editor", "POST", f"{place}/submit", {"urgent": WHY})).status == 200
    vote = {"level": "first", "decision": "approve", "edition": 1}
    assert (await office.ask("first", "POST", f"{place}/review", vote)).code == "countersigned_later"
    edition = await public(office.house, office.staff)
    place = f"/api/v1/releases/{edition.release}"
    (owed,) = (await office.get("auditor", "/api/v1/urgencies")).json["urgencies"]
    assert (owed["release"], owed["owing"], owed["is_overdue"]) == (edition.release, ["first", "second"], False)
    word = {"level": "first", "verdict": "endorse", "edition": 1, "digest": edition.digest}
    assert (await office.ask("second", "POST", f"{place}/countersign", word)).code == "forbidden"
    assert (await office.ask("first", "POST", f"{place}/countersign", word)).status == 200
    assert (await office.ask("first", "POST", f"{place}/countersign", word)).code == "reviewed_already"
    (told,) = (await office.get("auditor", f"{place}/urgencies")).json["urgencies"]
    assert (told["owing"], told["reason"], told["spared"]) == (["second"], WHY, ["first", "second"])
    assert all(one["urgent"] for one in (await office.get("auditor", "/api/v1/releases")).json["releases"])


async def test_a_public_version_is_made_and_told(office: Office) -> None:
    origin = await making.draft(office.house, office.staff, disclosure="on_request", index_no=None)
    place = f"/api/v1/releases/{origin.id}"
    found = (await office.get("first", f"{place}/passages")).json
    assert found["passages"][0] == {"document": "policy", "number": 1, "text": "一、为了测试。"}
    cut = {"document": "policy", "number": 1, "ground": GROUNDS[4]}
    wanted = {"cuts": [cut], "mark": found["mark"]}
    assert (await office.ask("editor", "POST", f"{place}/derive", {"mark": found["mark"]})).code == "invalid"
    assert (await office.ask("editor", "POST", f"{place}/derive", wanted | {"mark": "0" * 64})).code == "changed"
    made = await office.ask("editor", "POST", f"{place}/derive", wanted)
    assert (made.status, made.json["metadata"]["disclosure"]) == (201, "open")
    removed = f"/api/v1/releases/{made.json['id']}/removed"
    (line,) = (await office.get("secrecy", removed)).json["removals"]
    assert (line["text"], line["ground"]) == ("一、为了测试。", GROUNDS[4])
    assert (await office.get("publisher", removed)).code == "forbidden"
