"""What the platform, its gateway or the network may do to us, and what we make of it."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels import contract, disclosure
from channels.disclosure import replies, signature
from schemas.delivery import Reaction
from schemas.parcel import Parcel

MakeParcel = Callable[..., Parcel]
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SECRET = "a-secret-nobody-should-ever-read"


def reaction_of(caught: pytest.ExceptionInfo[contract.ChannelError]) -> Reaction:
    return caught.value.trouble.reaction


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize(
    ("fault", "fields"),
    [
        ("drop_reply", {}),
        ("http", {"status": 502}),
        ("http", {"status": 500}),
        ("http", {"status": 503}),
        ("http", {"status": 408}),
        ("html200", {}),
        ("garbage", {}),
        ("endless", {}),
        ("delay", {"seconds": 0.6}),
    ],
)
async def test_a_commit_without_a_clear_answer_is_asked_about_and_never_doubled(
    channel: disclosure.Disclosure,
    make_parcel: MakeParcel,
    notes: Any,
    platform: Any,
    fault: str,
    fields: dict[str, Any],
    carried_out: bool,  # noqa: FBT001
) -> None:
    await platform.fault(fault, method="PUT", carried_out=carried_out, **fields)
    parcel = make_parcel()
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(parcel, notes)
    assert reaction_of(caught) is Reaction.ASK
    receipt = await channel.look_up(parcel, notes) or await channel.commit(parcel, notes)
    await asyncio.sleep(fields.get("seconds", 0.0))
    book = await platform.book()
    assert [len(one["versions"]) for one in book["records"].values()] == [1, 1]
    assert receipt.id == book["packages"][parcel.key]["answer"]["receipt"]


async def test_a_commit_is_sent_once_even_over_a_connection_that_dies(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    parcel = make_parcel()
    await channel.prepare(parcel, notes)  # leaves a kept-alive connection behind
    await platform.fault("close", method="PUT")
    with pytest.raises(contract.ChannelError, match="unanswered"):
        await channel.commit(parcel, notes)
    puts = [one for one in (await platform.book())["calls"] if one["method"] == "PUT"]
    assert len(puts) == 1


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (401, Reaction.CREDENTIALS),
        (403, Reaction.CREDENTIALS),
        (400, Reaction.CONTENT),
        (422, Reaction.CONTENT),
        (413, Reaction.CONTENT),
        (404, Reaction.CONFIGURATION),
        (405, Reaction.CONFIGURATION),
        (302, Reaction.CONFIGURATION),
        (418, Reaction.CONFIGURATION),
        (409, Reaction.BUG),
        (429, Reaction.RETRY),
    ],
)
async def test_a_refusal_is_sorted_by_what_to_do_next(
    channel: disclosure.Disclosure,
    make_parcel: MakeParcel,
    notes: Any,
    platform: Any,
    status: int,
    reaction: Reaction,
) -> None:
    for method, step in (("GET", channel.prepare), ("PUT", channel.commit)):
        path = "/api/columns" if method == "GET" else "/api/records"
        await platform.fault("http", path, method=method, status=status)
        with pytest.raises(contract.ChannelError) as caught:
            await step(make_parcel(), notes)
        assert reaction_of(caught) is reaction


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_a_5xx_before_anything_irreversible_is_simply_tried_again(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, status: int
) -> None:
    await platform.fault("http", "/api/columns", status=status)
    with pytest.raises(contract.ChannelError) as caught:
        await channel.prepare(make_parcel(), notes)
    assert reaction_of(caught) is Reaction.RETRY


async def test_the_delay_that_the_platform_asks_for_is_kept(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    await platform.fault("http", method="PUT", status=429, retry_after="17")
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(make_parcel(), notes)
    assert caught.value.trouble.retry_after_seconds == 17


async def test_the_platforms_chinese_words_reach_the_person_who_edits(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, make_attachment: Callable[..., Any]
) -> None:
    parcel = make_parcel(attachments=(make_attachment(b"never uploaded", "a.pdf", "application/pdf"),))
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(parcel, notes)
    assert reaction_of(caught) is Reaction.CONTENT
    assert "尚未上传" in caught.value.trouble.detail


async def test_nobody_listening_at_commit_means_not_carried_out(
    build: Callable[..., disclosure.Disclosure], make_parcel: MakeParcel, notes: Any
) -> None:
    channel = build(api_base="http://127.0.0.1:1")
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(make_parcel(), notes)
    assert reaction_of(caught) is Reaction.RETRY
    with pytest.raises(contract.NotYetError):
        await channel.look_up(make_parcel(), notes)


async def test_only_the_platforms_own_word_means_certainly_not(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any
) -> None:
    assert await channel.look_up(make_parcel(), notes) is None
    await platform.fault("http", method="GET", status=404)
    with pytest.raises(contract.ChannelError) as caught:
        await channel.look_up(make_parcel(), notes)
    assert reaction_of(caught) is Reaction.CONFIGURATION


@pytest.mark.parametrize("fields", [{"fault": "http", "status": 503}, {"fault": "close", "times": 2}])
async def test_a_look_up_without_an_answer_is_repeated_later(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, fields: dict[str, Any]
) -> None:
    await platform.fault(**fields, method="GET")
    with pytest.raises(contract.NotYetError):
        await channel.look_up(make_parcel(), notes)


@pytest.mark.parametrize("fault", ["html200", "garbage", "endless", "close", "http"])
async def test_a_spoilt_public_page_is_not_a_sighting(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, platform: Any, fault: str
) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    await platform.fault(fault, "/records", times=2)
    with pytest.raises((contract.NotYetError, contract.ChannelError)) as caught:
        await channel.sight(parcel, receipt, notes)
    if isinstance(caught.value, contract.ChannelError):
        assert caught.value.trouble.reaction in {Reaction.RETRY, Reaction.CONFIGURATION}


async def test_a_wrong_secret_is_known_at_prepare_and_quoted_nowhere(
    build: Callable[..., disclosure.Disclosure], make_parcel: MakeParcel, notes: Any
) -> None:
    channel = build(secret="another-secret-altogether")
    with pytest.raises(contract.ChannelError) as caught:
        await channel.prepare(make_parcel(), notes)
    assert reaction_of(caught) is Reaction.CREDENTIALS
    assert "another-secret" not in f"{caught.value!r}{caught.value.trouble}{channel.settings!r}"


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "//elsewhere/records/1.html",
        "/records/1.html",
        "http://user:word@{host}/records/1.html",
        "http://[bad",
    ],
)
async def test_an_answer_cannot_send_our_fetch_elsewhere(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, notes: Any, aiohttp_server: Any, build: Any, address: str
) -> None:
    del channel
    parcel = make_parcel(interpretations=0)

    async def answer(request: Any) -> Any:
        records = [{"document": "policy", "number": "1", "address": address.format(host=request.host)}]
        return web.json_response({"receipt": "1", "received_at": "", "records": records})

    app = web.Application()
    app.router.add_put("/api/records/{key}", answer)
    server = await aiohttp_server(app)
    with pytest.raises(contract.ChannelError, match="foreign_address") as caught:
        await build(api_base=str(server.make_url("")), public_base="").commit(parcel, notes)
    assert reaction_of(caught) is Reaction.ASK


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_base": "ftp://a"},
        {"api_base": "http://a/?q=1"},
        {"key_id": "a\nb"},
        {"colum": "statutory"},
        {"secret": "x"},
    ],
)
def test_wrong_settings_are_refused_without_quoting_the_secret(
    build: Callable[..., disclosure.Disclosure], wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        build(**wrong)
    assert SECRET not in str(caught.value)


def test_the_signature_covers_method_path_second_and_body() -> None:
    given_ = {"key_id": "k", "secret": "s", "method": "PUT", "path": "/a", "timestamp": 1, "body": b"{}"}
    message = f"PUT\n/a\n1\n{hashlib.sha256(b'{}').hexdigest()}".encode()
    mac = base64.b64encode(hmac.new(b"s", message, hashlib.sha256).digest()).decode()
    first = signature.headers(**given_)  # type: ignore[arg-type]
    assert first["Disclosure-Signature"] == f"v1,{mac}"
    for change in ({"method": "GET"}, {"path": "/b"}, {"timestamp": 2}, {"body": b"[]"}, {"secret": "t"}):
        assert signature.headers(**{**given_, **change})["Disclosure-Signature"] != f"v1,{mac}"  # type: ignore[arg-type]


@pytest.mark.parametrize("age", [-400, 400])
async def test_the_platform_refuses_a_request_from_another_time(platform: Any, http: Any, age: int) -> None:
    path = "/api/columns/statutory"
    at = int(time.time()) + age
    headers = signature.headers(key_id="tj-ghzrzy", secret=SECRET, method="GET", path=path, timestamp=at, body=b"")
    async with http.get(f"{platform.base}{path}", headers=headers) as response:
        assert response.status == 401
        assert (await response.json())["code"] == "stale_timestamp"


@given(status=st.integers(300, 599), body=st.binary(max_size=300), after=st.text(max_size=40))
def test_any_answer_at_all_becomes_a_sorted_error(status: int, body: bytes, after: str) -> None:
    for repeatable in (True, False):
        error = replies.trouble(status, {"Retry-After": after}, body, repeatable=repeatable, now=NOW)
        assert (error.trouble.reaction is Reaction.ASK) == (not repeatable and (status >= 500 or status == 408))
        assert len(error.trouble.detail) <= 500
        assert 0 <= (error.trouble.retry_after_seconds or 0) <= 86_400


def test_a_deeply_nested_answer_is_unreadable_and_no_more() -> None:
    assert replies.taken(b"[" * 100_000) is None


def test_retry_after_may_be_a_date() -> None:
    headers = {"Retry-After": "Mon, 02 Mar 2026 01:30:30 GMT"}
    assert replies.trouble(429, headers, b"", repeatable=True, now=NOW).trouble.retry_after_seconds == 30
