"""After a release over HTTP. Whatever is answered here is compared with the OpenAPI document on the way."""

from sqlalchemy import text

from hub.store import deliveries
from schemas.delivery import Action
from tests.web.conftest import Office

REPEAL = {"kind": "repealed", "reason": "已有新规定"}


async def released(office: Office) -> int:
    """A release that both channels have shown and that is official."""
    release = await office.approved()
    assert (await office.post("publisher", release, "publish", {})).status == 200
    async with office.house.engine.begin() as connection:
        shown = "UPDATE deliveries SET state = 'visible', step = 'sight', intended_at = clock_timestamp()"
        await connection.execute(text(shown))
        official = "UPDATE releases SET state = 'released', official_at = now(), official_channel = 'website'"
        await connection.execute(text(official))
    return release


def path(standing: int, what: str) -> str:
    return f"/api/v1/standings/{standing}/{what}"


async def test_two_people_withdraw_a_release(office: Office) -> None:
    release = await released(office)
    outlook = await office.get("auditor", f"/api/v1/releases/{release}/outlook/withdrawn")
    assert [(one["channel"], one["can"]) for one in outlook.json["prospects"]] == [("rss", "yes"), ("website", "yes")]
    proposed = await office.post("editor", release, "withdraw", {"reason": "附件含有个人信息"})
    assert (proposed.status, proposed.json["kind"], proposed.json["ruling"]) == (200, "withdrawn", None)
    number = proposed.json["id"]
    assert [one["id"] for one in (await office.get("signer", "/api/v1/standings")).json["standings"]] == [number]
    assert (await office.ask("editor", "POST", path(number, "confirm"), {})).code == "forbidden"
    confirmed = await office.ask("signer", "POST", path(number, "confirm"), {"note": "同意"})
    assert (confirmed.status, confirmed.json["ruling"], confirmed.json["serial"]) == (200, "confirm", 1)
    assert (await office.ask("signer", "POST", path(number, "confirm"), {})).code == "state"
    async with office.house.engine.connect() as connection:
        sent = [d.channel for d in await deliveries.of_release(connection, release) if d.action is Action.WITHDRAW]
    assert sorted(sent) == ["rss", "website"]
    assert (await office.get("auditor", f"/api/v1/releases/{release}")).json["standing"] == number
    assert (await office.post("publisher", release, "publish", {})).code == "withdrawn"


async def test_a_proposal_is_turned_down_with_a_reason(office: Office) -> None:
    release = await released(office)
    proposed = await office.post("editor", release, "annotate", REPEAL)
    assert (await office.post("editor", release, "annotate", REPEAL)).code == "state"
    number = proposed.json["id"]
    assert (await office.ask("signer", "POST", path(number, "decline"), {})).code == "invalid"
    assert (await office.ask("signer", "POST", path(number, "decline"), {"note": ""})).code == "invalid"
    declined = await office.ask("signer", "POST", path(number, "decline"), {"note": "理由不足"})
    assert declined.json["ruling"] == "decline"
    kept = (await office.get("auditor", f"/api/v1/releases/{release}/standings")).json["standings"]
    assert [(one["id"], one["ruling"]) for one in kept] == [(number, "decline")]
    assert (await office.get("signer", "/api/v1/standings")).json["standings"] == []


async def test_rubbish_is_refused_in_words(office: Office) -> None:
    release = await released(office)
    wrong: list[tuple[str, dict[str, object]]] = [
        ("withdraw", {}),
        ("withdraw", {"reason": " "}),
        ("withdraw", {"reason": "x" * 501}),
        ("withdraw", {"reason": "x", "kind": "repealed"}),
        ("withdraw", {"reason": "x", "successor": {}}),
        ("withdraw", {"reason": "x", "successor": {"title": "y", "address": "javascript:alert(1)"}}),
        ("withdraw", {"reason": "x", "successor": {"title": "y", "address": 'https://a"onload'}}),
        ("annotate", {"kind": "withdrawn", "reason": "x"}),
        ("annotate", {"kind": "repealed", "reason": "x", "effective_on": "2999-01-01"}),
        ("annotate", {"kind": "in_force", "reason": "x"}),
        ("annotate", {**REPEAL, "successor": {"release": 99999}}),
    ]
    for what, body in wrong:
        told = await office.post("editor", release, what, body)
        assert (told.status, told.code) == (422, "invalid"), body
    assert (await office.get("editor", "/api/v1/releases/99999/outlook/repealed")).code == "not_found"
    assert (await office.get("editor", f"/api/v1/releases/{release}/outlook/nosuch")).status == 404
    assert (await office.get("editor", "/api/v1/releases/99999/standings")).code == "not_found"
    assert (await office.ask("signer", "POST", path(99999, "confirm"), {})).code == "not_found"
