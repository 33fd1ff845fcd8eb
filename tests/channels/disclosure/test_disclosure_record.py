"""The record: what it says, what it refuses, and that it is a function of the parcel alone."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels import contract, disclosure
from schemas import canonical, validity
from schemas.card import Validity
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.release import Attachment, Disclosure, Kind, Secrecy
from tests.channels.conftest import attach

MakeParcel = Callable[..., Parcel]


def sent(channel: disclosure.Disclosure, parcel: Parcel) -> dict[str, Any]:
    package: dict[str, Any] = json.loads(channel.render(parcel).files[0].body)
    return package


def test_a_policy_record_carries_every_fact_of_the_column(
    channel: disclosure.Disclosure, make_parcel: MakeParcel
) -> None:
    parcel = make_parcel()
    policy = sent(channel, parcel)["records"][0]
    facts = {
        "identity": "gongbu:1001:policy",
        "index_no": "11120000MB1909339E/2026-00012",
        "theme": "综合政务\\政务公开",
        "issuer": "天津市规划和自然资源局",
        "signed_on": "2026-02-27",
        "title": "关于印发2026年政务公开工作要点的通知",
        "doc_no": "津规资办发〔2026〕12号",
        "planned_at": "2026-03-02T09:30:00.000+08:00",
        "official_at": None,
        "released_on": "2026-03-02",
        "validity": "现行有效",
        "openness": "主动公开",
        "column": "statutory",
        "edition": 1,
        "edition_sha256": parcel.edition.digest,
        "source": parcel.addresses["policy"],
    }
    assert {name: policy[name] for name in facts} == facts


def test_a_picture_whose_extent_is_known_is_sent_as_before_anybody_measured(
    channel: disclosure.Disclosure, make_parcel: MakeParcel
) -> None:
    picture = attach(b"PNG", "图.png", "image/png")
    body = f'<p><img src="blob:{picture.sha256}" alt="流程"></p>'

    def record(shown: Attachment) -> Any:
        return sent(channel, make_parcel(body=body, images=(shown,)))["records"][0]["images"]

    before = record(picture)
    assert [one["sha256"] for one in before] == [picture.sha256]
    assert record(picture.model_copy(update={"extent": (640, 480)})) == before


def test_policy_and_interpretation_name_each_other(channel: disclosure.Disclosure, make_parcel: MakeParcel) -> None:
    policy, first, second = sent(channel, make_parcel(interpretations=2))["records"]
    assert [one["identity"] for one in policy["related"]] == [first["identity"], second["identity"]]
    assert [one["relation"] for one in first["related"] + second["related"]] == ["政策文件", "政策文件"]


def test_what_belongs_to_the_policy_alone_is_not_said_of_its_interpretation(
    channel: disclosure.Disclosure, make_parcel: MakeParcel
) -> None:
    interpretation = sent(channel, make_parcel())["records"][1]
    assert {interpretation[name] for name in ("index_no", "doc_no", "signed_on", "validity")} == {None}


def test_the_bytes_are_canonical(channel: disclosure.Disclosure, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    assert channel.render(parcel).files[0].body == canonical.encode(sent(channel, parcel))


def test_the_official_time_changes_the_time_and_the_day_and_nothing_else(
    channel: disclosure.Disclosure, make_parcel: MakeParcel
) -> None:
    before = make_parcel()
    official = datetime(2026, 3, 2, 16, 0, 0, 5_000, tzinfo=UTC)
    after = before.model_copy(update={"official_at": official, "action": Action.ANNOTATE})
    old, new = sent(channel, before)["records"][0], sent(channel, after)["records"][0]
    changed = {name: new[name] for name in new if new[name] != old[name]}
    assert changed == {"official_at": "2026-03-03T00:00:00.005+08:00", "released_on": "2026-03-03"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"index_no": None}, "索引号"),
        ({"issuer": ""}, "发文机关"),
        ({"kind": Kind.NORMATIVE, "doc_no": None}, "发文字号"),
        ({"kind": Kind.NORMATIVE, "doc_no": None, "index_no": None}, "索引号、发文字号"),
    ],
)
def test_missing_metadata_is_named_in_chinese(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(contract.ChannelError) as caught:
        channel.render(make_parcel(**fields))
    assert caught.value.trouble.reaction is Reaction.CONTENT
    assert f"要求填写：{named}。" in caught.value.trouble.detail


def test_a_notice_without_a_document_number_is_taken(channel: disclosure.Disclosure, make_parcel: MakeParcel) -> None:
    assert sent(channel, make_parcel(kind=Kind.NOTICE, doc_no=None))["records"][0]["doc_no"] is None


@pytest.mark.parametrize(
    "fields",
    [
        *({"disclosure": one} for one in Disclosure if one is not Disclosure.OPEN),
        *({"secrecy": one} for one in Secrecy if one is not Secrecy.NONE),
    ],
)
def test_what_is_not_open_is_never_rendered(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, fields: dict[str, Any]
) -> None:
    with pytest.raises(contract.ChannelError, match="not_open"):
        channel.render(make_parcel(**fields))


def test_a_package_over_the_limit_is_a_matter_of_content(
    channel: disclosure.Disclosure, make_parcel: MakeParcel
) -> None:
    long = "<p>" + "公" * 1_700_000 + "</p>"
    with pytest.raises(contract.ChannelError, match="too_large"):
        channel.render(make_parcel(body=long, interpretation_body=long))


@given(
    day=st.dates(),
    effective=st.none() | st.dates(),
    expires=st.none() | st.dates(),
)
def test_a_document_has_one_validity_on_every_day(day: date, effective: date | None, expires: date | None) -> None:
    found, _ = validity.judge(None, effective, expires, day)
    assert (found is Validity.EXPIRED) == (expires is not None and expires < day)
    if found is Validity.NOT_YET:
        assert effective is not None
        assert effective > day


def test_a_document_is_valid_on_its_last_day_and_not_on_the_next() -> None:
    last = date(2026, 12, 31)
    assert validity.judge(None, None, last, last) == (Validity.IN_FORCE, last + timedelta(days=1))
    assert validity.judge(None, None, last, last + timedelta(days=1)) == (Validity.EXPIRED, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(title=st.text(min_size=1, max_size=80), body=st.text(max_size=200))
def test_any_text_is_rendered_the_same_twice(
    channel: disclosure.Disclosure, make_parcel: MakeParcel, title: str, body: str
) -> None:
    parcel = make_parcel(title=f"通知{title}", body=body, key="0" * 32)
    again = Parcel.model_validate_json(parcel.model_dump_json())
    assert channel.render(parcel) == channel.render(again)
