"""A person's hand over HTTP. Whatever is answered here is compared with the OpenAPI document on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hub.store import deliveries, tables
from schemas.delivery import Delivery
from tests.web.conftest import Office

NOW = datetime.now(UTC)
UNKNOWN = {"state": "held", "step": "commit", "intended_at": NOW}
WHY = {"why": "检修"}
SETTLED = {"published": True, "addresses": {"policy": "https://example.cn/1"}, "evidence": "后台可见"}
#: What each act takes.
BODIES: dict[str, dict[str, Any]] = {
    "retry": {},
    "cancel": WHY,
    "postpone": {"at": (NOW + timedelta(days=1)).isoformat()},
    "settle": SETTLED,
}


async def going(office: Office, **columns: Any) -> Delivery:
    release = await office.approved()
    assert (await office.post("publisher", release, "publish", {"channels": ["website"]})).status == 200
    async with office.house.engine.begin() as connection:
        (one,) = await deliveries.of_release(connection, release)
        if columns:
            t = tables.deliveries
            await connection.execute(t.update().where(t.c.id == one.id).values(columns))
    return one


def path(one: Delivery, what: str) -> str:
    return f"/api/v1/deliveries/{one.id}/{what}"


#: Act, what the delivery is before it, its state after it.
DONE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("retry", {"state": "failed"}, "waiting"),
    ("cancel", {}, "cancelled"),
    ("postpone", {}, "waiting"),
    ("settle", UNKNOWN, "accepted"),
)


async def test_each_act_answers_with_the_delivery_as_it_is_now(office: Office) -> None:
    for what, columns, state in DONE:
        one = await going(office, **columns)
        done = await office.ask("publisher", "POST", path(one, what), BODIES[what])
        assert done.status == 200, done.body
        assert (done.json["id"], done.json["state"]) == (one.id, state)
        listed = (await office.get("auditor", f"/api/v1/releases/{one.release}/deliveries")).json["deliveries"]
        assert {key: listed[0][key] for key in done.json} == done.json


async def test_each_act_has_its_duty_its_state_and_its_number(office: Office) -> None:
    one = await going(office, state="visible")
    for what, body in BODIES.items():
        assert (await office.ask(None, "POST", path(one, what), body)).code == "unauthenticated"
        assert (await office.ask("auditor", "POST", path(one, what), body)).code == "forbidden"
        refused = await office.ask("publisher", "POST", path(one, what), body)
        assert (refused.status, refused.code) == (409, "state")
        nobody = f"/api/v1/deliveries/999999/{what}"
        assert (await office.ask("publisher", "POST", nobody, body)).code == "not_found"


RUBBISH: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("cancel", {}, "invalid"),
    ("cancel", {"why": ""}, "invalid"),
    ("cancel", {"why": " "}, "invalid"),
    ("cancel", {"why": "长" * 501}, "invalid"),
    ("retry", {"now": True}, "invalid"),
    ("postpone", {}, "invalid"),
    ("postpone", {"at": "tomorrow"}, "invalid"),
    ("postpone", {"at": "2026-11-26T10:00:00"}, "invalid"),
    ("postpone", {"at": "2020-01-01T00:00:00+08:00"}, "too_late"),
    ("settle", {"published": True}, "invalid"),
    ("settle", SETTLED | {"addresses": {"policy": "http://["}}, "invalid"),
    ("settle", SETTLED | {"addresses": {"policy": "ftp://a/b"}}, "invalid"),
    ("settle", SETTLED | {"addresses": {"../x": "https://a/b"}}, "invalid"),
    ("settle", SETTLED | {"evidence": ""}, "invalid"),
)


async def test_rubbish_is_refused_and_changes_nothing(office: Office) -> None:
    waiting, unknown = await going(office), await going(office, **UNKNOWN)
    for what, body, code in RUBBISH:
        one = unknown if what == "settle" else waiting
        assert (await office.ask("publisher", "POST", path(one, what), body)).code == code, (what, body)
    async with office.house.engine.connect() as connection:
        for one, state in ((waiting, "waiting"), (unknown, "held")):
            after = await deliveries.find(connection, one.id)
            assert after is not None
            assert after.state == state


async def test_settled_as_not_published_it_starts_again(office: Office) -> None:
    one = await going(office, **UNKNOWN)
    done = await office.ask("publisher", "POST", path(one, "settle"), {"published": False, "evidence": "后台没有"})
    assert (done.json["state"], done.json["step"], done.json["intended_at"]) == ("waiting", "prepare", None)


async def test_an_act_that_is_sent_again_with_its_key_is_done_once(office: Office) -> None:
    one = await going(office)
    key = {"Idempotency-Key": "one-and-the-same"}
    first = await office.ask("publisher", "POST", path(one, "cancel"), WHY, headers=key)
    again = await office.ask("publisher", "POST", path(one, "cancel"), WHY, headers=key)
    assert (first.status, first.body) == (again.status, again.body)
    other = await office.ask("publisher", "POST", path(one, "cancel"), {"why": "别的"}, headers=key)
    assert other.code == "reused_key"


async def test_a_channels_pause_is_shown_with_who_and_why_until_it_is_resumed(office: Office) -> None:
    paused = await office.ask("publisher", "POST", "/api/v1/channels/website/pause", WHY)
    assert paused.status == 200, paused.body
    assert (paused.json["paused_why"], paused.json["opens_at"]) == ("检修", None)
    assert paused.json["paused_by"] == office.staff["publisher"].id
    assert (await health(office))["website"] == paused.json
    assert (await health(office))["rss"]["paused_at"] is None
    resumed = await office.ask("publisher", "POST", "/api/v1/channels/website/resume", {})
    assert (resumed.json["paused_at"], resumed.json["paused_why"]) == (None, "")
    assert (await health(office))["website"] == resumed.json


async def test_a_channel_is_turned_only_by_who_may_and_if_it_is_there(office: Office) -> None:
    for what, body in (("pause", WHY), ("resume", {})):
        there = f"/api/v1/channels/website/{what}"
        assert (await office.ask("editor", "POST", there, body)).code == "forbidden"
        assert (await office.ask("publisher", "POST", f"/api/v1/channels/nowhere/{what}", body)).code == "no_channel"
    assert (await office.ask("publisher", "POST", "/api/v1/channels/website/pause", {})).code == "invalid"


async def test_an_open_circuit_and_a_rest_are_shown_until_when(office: Office) -> None:
    at = NOW + timedelta(hours=1)
    trouble = {"reaction": "retry", "code": "503", "detail": "坏了", "retry_after_seconds": None}
    async with office.house.engine.begin() as connection:
        row = {"channel": "website", "failures": 9, "step": "commit", "probe_at": at, "trouble": trouble}
        over = {"channel": "rss", "rests_until": NOW - timedelta(hours=1), "trouble": trouble | {"reaction": "quota"}}
        await connection.execute(tables.circuits.insert().values(row))
        await connection.execute(tables.circuits.insert().values(over))
    shown = await health(office)
    assert (shown["website"]["failures"], shown["website"]["trouble"]["code"]) == (9, "503")
    assert datetime.fromisoformat(shown["website"]["opens_at"]) == at
    assert (shown["rss"]["opens_at"], shown["rss"]["trouble"]) == (None, None)


async def health(office: Office) -> dict[str, dict[str, Any]]:
    channels = (await office.get("auditor", "/api/v1/channels")).json["channels"]
    return {one["name"]: one["health"] for one in channels}
