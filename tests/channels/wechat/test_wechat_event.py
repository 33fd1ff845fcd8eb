import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import contract
from channels.wechat import envelope, event
from tests.channels.wechat.stage import AES_KEY, APP_ID, TOKEN

#: The platform's own examples: 消息推送, 明文模式 and 安全模式.
OFFICIAL_TOKEN = "AAAAA"
GREETING = {
    "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
    "echostr": "4375120948345356249",
    "timestamp": "1714036504",
    "nonce": "1514711492",
}
SECURE = {
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8"
    "XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32I"
    "Ijdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
DONE = """<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>
<CreateTime>1481013459</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event>
<PublishEventInfo><publish_id>2247503051</publish_id><publish_status>0</publish_status>
<article_id><![CDATA[b5O2
Uk]]></article_id><article_detail><count>1</count><item><idx>1</idx><article_url><![CDATA[ARTICLE_URL]]></article_url>
</item></article_detail></PublishEventInfo></xml>"""
FAILED = """<xml><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>7</publish_id>
<publish_status>2</publish_status>{fail}</PublishEventInfo></xml>"""


def call(body: str, query: dict[str, str] | None = None, method: str = "POST") -> contract.Call:
    stamp = {"timestamp": "1", "nonce": "2"}
    signed = {**stamp, "signature": envelope.signature(TOKEN, "1", "2")}
    return contract.Call(
        method=method, query=signed if query is None else query, body=body.encode(), content_type="text/xml"
    )


def hear(one: contract.Call, *, token: str = TOKEN, aes_key: str = "", app_id: str = APP_ID) -> contract.Heard:
    return event.hear(one, token=token, aes_key=aes_key, app_id=app_id)


def test_the_official_greeting_is_answered_with_its_echo() -> None:
    heard = hear(call("", GREETING, "GET"), token=OFFICIAL_TOKEN)
    assert (heard.status, heard.reply) == (200, b"4375120948345356249")


def test_the_official_plain_message_has_the_right_signature() -> None:
    envelope.verify("899cf89e464efb63f54ddac96b0a0a235f53aa78", OFFICIAL_TOKEN, "1714037059", "486452656")


def test_the_official_secure_message_is_opened() -> None:
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPTED})
    assert hear(call(body, SECURE), token=OFFICIAL_TOKEN, aes_key=AES_KEY).reply == b"success"
    plain = json.loads(envelope.decrypt(ENCRYPTED, AES_KEY, APP_ID))
    assert (plain["Event"], plain["debug_str"]) == ("debug_demo", "hello world")


@pytest.mark.parametrize("part", ["msg_signature", "timestamp", "nonce"])
def test_a_secure_message_with_anything_changed_is_refused(part: str) -> None:
    body = json.dumps({"Encrypt": ENCRYPTED})
    heard = hear(call(body, {**SECURE, part: "0"}), token=OFFICIAL_TOKEN, aes_key=AES_KEY)
    assert (heard.status, heard.messages) == (403, {})


def test_a_secure_message_to_another_account_is_refused() -> None:
    body = json.dumps({"Encrypt": ENCRYPTED})
    assert hear(call(body, SECURE), token=OFFICIAL_TOKEN, aes_key=AES_KEY, app_id="wx-other").status == 403


def test_a_plain_message_to_an_account_with_a_key_is_refused() -> None:
    assert hear(call(DONE), aes_key=AES_KEY).status == 403


def test_a_wrong_signature_leaves_nothing() -> None:
    heard = hear(call(DONE, {"timestamp": "1", "nonce": "2", "signature": "0" * 40}))
    assert (heard.status, heard.messages) == (403, {})


def test_the_end_of_a_publication_is_read_from_xml() -> None:
    heard = hear(call(DONE))
    assert heard.reply == b"success"
    assert heard.messages == {
        "publish:2247503051": {
            "publish_id": "2247503051",
            "status": 0,
            "article_id": "b5O2Uk",
            "urls": {"1": "ARTICLE_URL"},
            "failed": [],
        }
    }


@pytest.mark.parametrize(
    ("fail", "failed"),
    [("", []), ("<fail_idx>1</fail_idx>", [1]), ("<fail_idx>1</fail_idx><fail_idx>2</fail_idx>", [1, 2])],
)
def test_one_or_many_failed_articles_are_a_list(fail: str, failed: list[int]) -> None:
    assert hear(call(FAILED.format(fail=fail))).messages["publish:7"]["failed"] == failed


def test_other_events_are_taken_and_forgotten() -> None:
    heard = hear(call("<xml><Event>subscribe</Event></xml>"))
    assert (heard.status, heard.reply, heard.messages) == (200, b"success", {})


def test_a_body_without_end_is_refused() -> None:
    assert hear(call("<xml>" + "x" * 70_000)).status == 413


def test_xml_with_entities_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Event>&b;</Event></xml>'
    assert hear(call(bomb)).messages == {}


@given(st.binary(max_size=300), st.dictionaries(st.text(max_size=20), st.text(max_size=20)), st.booleans())
def test_no_hostile_call_raises(body: bytes, query: dict[str, str], secure: bool) -> None:  # noqa: FBT001
    for signed in (query, dict(call("").query)):
        one = contract.Call(method="POST", query=signed, body=body, content_type="")
        assert hear(one, aes_key=AES_KEY if secure else "").messages == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("publish_id", "publish_status", "article_id", "article_detail", "fail_idx")


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_no_hostile_outcome_raises(fields: dict[str, Any]) -> None:
    found = event.outcome(fields)
    assert found is None or found.publish_id
