"""Idempotency-Key over HTTP: one act, however often and however closely together it is asked for."""

import asyncio

from tests.web.conftest import METADATA, Office

PATH = "/api/v1/releases"


async def count(office: Office) -> int:
    return len((await office.get("auditor", f"{PATH}?limit=100")).json["releases"])


async def test_the_same_request_is_answered_again_and_not_done_again(office: Office) -> None:
    key = {"Idempotency-Key": "k1"}
    first = await office.ask("editor", "POST", PATH, METADATA, headers=key)
    again = await office.ask("editor", "POST", PATH, METADATA, headers=key)
    assert (again.status, again.body, again.headers["ETag"]) == (first.status, first.body, first.headers["ETag"])
    assert await count(office) == 1


async def test_twelve_of_the_same_at_once_do_it_once(office: Office) -> None:
    asked = [office.ask("editor", "POST", PATH, METADATA, headers={"Idempotency-Key": "k2"}) for _ in range(12)]
    answers = await asyncio.gather(*asked)
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert await count(office) == 1


async def test_another_request_under_the_same_key_is_refused(office: Office) -> None:
    key = {"Idempotency-Key": "k3"}
    await office.ask("editor", "POST", PATH, METADATA, headers=key)
    other = await office.ask("editor", "POST", PATH, METADATA | {"title": "另一份"}, headers=key)
    assert (other.status, other.code) == (422, "reused_key")
    assert await count(office) == 1


async def test_a_key_belongs_to_the_person_who_used_it(office: Office) -> None:
    release = await office.approved()
    key = {"Idempotency-Key": "k4"}
    path = f"{PATH}/{release}/publish"
    published = await office.ask("publisher", "POST", path, {}, headers=key)
    assert published.status == 200
    assert (await office.ask("editor", "POST", path, {}, headers=key)).code == "forbidden"
    assert (await office.ask("publisher", "POST", path, {}, headers=key)).body == published.body


async def test_a_refusal_is_not_kept_so_the_same_request_may_succeed_later(office: Office) -> None:
    release = await office.submitted()
    key = {"Idempotency-Key": "k5"}
    form = {"level": "second", "decision": "approve", "edition": 1}
    early = await office.ask("second", "POST", f"{PATH}/{release}/review", form, headers=key)
    assert early.code == "out_of_order"
    await office.review("first", release, "first")
    assert (await office.ask("second", "POST", f"{PATH}/{release}/review", form, headers=key)).status == 200


async def test_a_key_that_is_no_key_is_refused_before_anything_is_done(office: Office) -> None:
    for key in ("a" * 201, "a b", "键"):
        refused = await office.ask("editor", "POST", PATH, METADATA, headers={"Idempotency-Key": key})
        assert (refused.status, refused.code) == (422, "invalid")
    assert await count(office) == 0
