"""未保存稿 over HTTP: a text for its person to look at, which changes nothing until they save it."""

from schemas.errors import ErrorCode
from tests.web.conftest import TEXT, Office

BODY = '<p onclick="x()">一、新的<script>x</script>一稿。</p>'


async def test_a_text_is_left_for_its_person_and_changes_nothing(office: Office) -> None:
    release, etag = await office.draft()
    path = f"/api/v1/releases/{release}/documents/policy/draft"
    none = (await office.get("editor", path)).json
    assert none["draft"] is None
    kept = await office.ask("editor", "PUT", path, {"body": BODY})
    assert kept.status == 200, kept.body
    assert (kept.json["draft"]["text"]["body"], kept.json["draft"]["base"]) == ("<p>一、新的一稿。</p>", none["saved"])
    assert (await office.get("editor", path)).json == kept.json
    assert (await office.get("auditor", path)).json["draft"] is None, "it is the editor's own"
    whole = await office.get("editor", f"/api/v1/releases/{release}")
    assert (whole.headers["ETag"], whole.json["documents"][0]["body"]) == (etag, TEXT["body"])
    # Saved meanwhile: what was begun on the text of before says so.
    await office.put(release, "policy", etag)
    again = await office.ask("editor", "PUT", path, {"body": "<p>二</p>", "base": "0" * 64})
    assert again.json["draft"]["base"] == "0" * 64 != again.json["saved"]
    for _ in range(2):
        assert (await office.ask("editor", "DELETE", path)).json["draft"] is None


async def test_who_may_not_write_keeps_nothing(office: Office) -> None:
    release, _ = await office.draft()
    path = f"/api/v1/releases/{release}/documents/policy/draft"
    assert (await office.ask("auditor", "PUT", path, {"body": "<p>一</p>"})).code == ErrorCode.FORBIDDEN
    assert (await office.ask("auditor", "DELETE", path)).code == ErrorCode.FORBIDDEN
    assert (await office.ask("editor", "PUT", path, {"title": "一"})).code == ErrorCode.INVALID
    elsewhere = path.replace(str(release), "999999")
    for method, body in (("PUT", {"body": "<p>一</p>"}), ("DELETE", None), ("GET", None)):
        assert (await office.ask("editor", method, elsewhere, body)).code == ErrorCode.NOT_FOUND
