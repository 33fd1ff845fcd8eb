"""Tokens over HTTP: who asks, what they were used for last, and that one of an administrator's reviews nothing."""

from hub.commands import people, tokens
from schemas.person import Duty
from tests.commands.accounts import hire
from tests.web.conftest import LEVELS, Office


async def test_a_program_sees_its_persons_tokens_and_can_end_one(office: Office) -> None:
    (first,) = (await office.get("editor", "/api/v1/tokens")).json["tokens"]
    assert first["is_own"] is True
    second = await tokens.issue(office.house.hub, people.OPERATOR, "editor", label="另一个程序")
    listed = (await office.get("editor", "/api/v1/tokens")).json["tokens"]
    assert [(one["label"], one["is_own"], one["made_by"]) for one in listed] == [
        ("另一个程序", False, "operator"),
        ("test", True, listed[1]["made_by"]),
    ]
    assert listed[1]["used_at"] is not None
    assert second not in str(listed)
    office.tokens["other"] = second
    assert (await office.get("other", "/api/v1/tokens")).status == 200
    path = f"/api/v1/tokens/{listed[0]['id']}/revoke"
    assert (await office.ask("first", "POST", path, {})).status == 404, "somebody else's"
    for _ in range(2):
        done = await office.ask("editor", "POST", path, {})
        assert done.status == 200
        assert done.json["tokens"][0]["revoked_at"] is not None
    assert (await office.get("other", "/api/v1/tokens")).status == 401
    assert (await office.get("editor", "/api/v1/tokens")).status == 200


async def test_a_token_that_an_administrator_issued_gives_no_second_persons_word(office: Office) -> None:
    release = await office.submitted()
    admin = await hire(office.house, "admin", name="关山", duties=[Duty.ADMINISTRATOR])
    for login, level in LEVELS:
        office.tokens["forged"] = await tokens.issue(office.house.hub, admin, login, label="程序")
        refused = await office.review("forged", release, level)
        assert refused.status == 403, refused.body
        assert refused.json["code"] == "issued_by_others"
        assert (await office.review(login, release, level)).status == 200
    # What is no second person's word goes as before.
    for login in ("editor", "publisher", "auditor"):
        office.tokens["forged"] = await tokens.issue(office.house.hub, admin, login, label="程序")
        assert (await office.get("forged", f"/api/v1/releases/{release}")).status == 200
    office.tokens["forged"] = await tokens.issue(office.house.hub, admin, "publisher", label="程序")
    assert (await office.post("forged", release, "publish")).status == 200


async def test_one_that_the_machine_issued_does(office: Office) -> None:
    release = await office.submitted()
    for login, level in LEVELS:
        office.tokens["machine"] = await tokens.issue(office.house.hub, people.OPERATOR, login, label="程序")
        assert (await office.review("machine", release, level)).status == 200
