"""The package for a person: what is in it, that it is the same everywhere, and what a page must show to be seen."""

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from email.headerregistry import Address
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]
from pydantic import ValidationError

from channels import contract, disclosure
from channels.conformance.editions import PDF, PIXEL, build_notice, full_edition
from channels.conformance.memory import MemoryBlobs, MemoryNotes
from channels.contract import Tools
from channels.disclosure import pages
from channels.post import Account, Relay, Tls
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel
from schemas.release import Kind
from schemas.standing import StandingKind
from tests.column import unpacked
from tests.mail import post_office
from tests.mail.post_office import PostOffice

MakeParcel = Callable[..., Parcel]
TABLE = {"name": "column", "kind": "disclosure", "public_base": "https://www.tj.gov.cn/zwgk"}
SPACE = "{urn:gongbu:disclosure-record:1}"


@pytest.fixture
def by_hand(tools: Tools, blobs: MemoryBlobs) -> disclosure.ByHand:
    blobs.put(PIXEL)
    blobs.put(PDF)
    made = disclosure.build({**TABLE, "transport": "package"}, tools)
    assert isinstance(made, disclosure.ByHand)
    return made


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office.opened() as opened:
        yield opened


@pytest.fixture
def by_mail(tools: Tools, blobs: MemoryBlobs, office: PostOffice) -> disclosure.ByMail:
    blobs.put(PIXEL)
    blobs.put(PDF)
    account = Account(Relay("127.0.0.1", office.port, Tls.NONE), Address("规划资源局", addr_spec="gk@bureau.test"))
    table = {**TABLE, "transport": "mail", "mail_to": "column@city.test", "copies": ()}
    made = disclosure.build(table, replace(tools, post=account))
    assert isinstance(made, disclosure.ByMail)
    return made


async def test_the_package_holds_everything_and_is_the_same_on_another_machine(
    by_hand: disclosure.ByHand, make_parcel: MakeParcel, tools: Tools
) -> None:
    parcel = make_parcel(full_edition())
    made = await by_hand.bundle(parcel)
    files = unpacked(made.body)
    assert sorted(files) == [
        "README.txt",
        "disclosure-record.xsd",
        "interpretation-1/page.html",
        "interpretation-1/record.xml",
        "interpretation-1/text.docx",
        "policy/attachments/1-要点.pdf",
        "policy/images/c2153f77e11087fc.png",
        "policy/page.html",
        "policy/record.xml",
        "policy/text.docx",
    ]
    assert files["policy/attachments/1-要点.pdf"] == PDF
    assert 'src="images/c2153f77e11087fc.png"' in files["policy/page.html"].decode()
    record = etree.fromstring(files["policy/record.xml"])
    facts = ("index_no", "theme", "issuer", "doc_no", "signed_on", "validity", "column")
    assert [record.findtext(SPACE + name) for name in facts] == [
        "11120000MB1909339E/2026-00012",
        "综合政务\\政务公开",
        "天津市规划和自然资源局",
        "津规资办发〔2026〕12号",
        "2026-02-27",
        "现行有效",
        "法定主动公开内容",
    ]
    elsewhere = replace(tools, data_dir=f"{tools.data_dir}/elsewhere")
    again = await disclosure.build({**TABLE, "transport": "package"}, elsewhere).bundle(parcel)  # type: ignore[union-attr]
    assert again == made


@pytest.mark.parametrize(
    ("kind", "code"),
    [(Kind.GUIDE, "guide"), (Kind.RULES, "rules"), (Kind.ANNUAL_REPORT, "annual"), (Kind.POWERS, "statutory")],
)
def test_each_kind_stands_in_its_own_column(
    by_hand: disclosure.ByHand, make_parcel: MakeParcel, kind: Kind, code: str
) -> None:
    files = {one.name: one.body for one in by_hand.render(make_parcel(kind=kind, interpretations=0)).files}
    column = etree.fromstring(files["policy/record.xml"]).find(f"{SPACE}column")
    assert column is not None
    assert column.get("code") == code


async def test_what_a_kind_has_of_its_own_stands_at_the_end_of_the_record(
    by_hand: disclosure.ByHand, make_parcel: MakeParcel
) -> None:
    told = {"held_on": "2026-02-20", "session": "2026年第3次局长办公会议"}
    files = unpacked((await by_hand.bundle(make_parcel(kind=Kind.MEETING, particulars=told))).body)
    record = etree.fromstring(files["policy/record.xml"])
    found = record.iterfind(f"{SPACE}particulars/{SPACE}particular")
    assert [(one.get("name"), one.get("value"), one.text) for one in found] == [
        ("held_on", "2026-02-20", "2026年2月20日"),
        ("session", "2026年第3次局长办公会议", "2026年第3次局长办公会议"),
    ]
    assert "会议日期" in files["policy/page.html"].decode()
    schema = etree.XMLSchema(etree.fromstring(files["disclosure-record.xsd"]))
    assert schema.validate(record), schema.error_log
    plain = unpacked((await by_hand.bundle(make_parcel())).body)["policy/record.xml"]
    assert schema.validate(etree.fromstring(plain)), schema.error_log
    assert b"particulars" not in plain


def test_what_misses_is_named_before_anybody_reviews_it(by_hand: disclosure.ByHand, make_parcel: MakeParcel) -> None:
    with pytest.raises(contract.ChannelError) as caught:
        by_hand.render(make_parcel(index_no=None))
    assert caught.value.trouble.reaction is Reaction.CONTENT
    assert "索引号" in caught.value.trouble.detail


@pytest.mark.parametrize("transport", ["push", "package", "mail"])
def test_a_transport_names_what_it_needs(tools: Tools, transport: str) -> None:
    with pytest.raises(ValidationError, match="须填写"):
        disclosure.build({"name": "c", "kind": "disclosure", "transport": transport}, tools)


LIST = (
    "<p>请遵照执行下列各项规定。</p><ol><li>第一项内容如此规定，不得有误。</li><li>第二项。</li></ol>"
    "<table><tr><td>甲</td></tr></table>"
)
#: As it comes out of the Word file, wrapped by an editor.
WORD = (
    "<b>关于一事</b>的通知<p class=Mso>请遵照执行<span>下列各项规定。</span></p><p>1. 第一项内容如此规定，不得有误。"
    "</p><p>2. 第二项。</p><table><td><p>甲</p></td></table>"
)


@pytest.mark.parametrize(
    ("page", "is_seen"),
    [
        (f"<h1>关于一事的通知</h1><div>{LIST}</div>", True),
        (WORD, True),
        (f"<h1>关于另一事的通知</h1><div>{LIST}</div>", False),
        (f"<h1>关于一事的通知</h1><div>{LIST.replace('不得', '可以')}</div>", False),
        (f"<title>关于一事的通知</title><script>{LIST}</script>", False),
        (f"<h1>关于一事的通知(已废止)</h1><div>{LIST}</div>", False),
        ("\0<<<", False),
    ],
)
def test_a_page_is_seen_by_its_words(make_parcel: MakeParcel, page: str, is_seen: bool) -> None:  # noqa: FBT001
    parcel = make_parcel(title="关于一事的通知", body=LIST)
    in_force = parcel.model_copy(update={"notice": build_notice(StandingKind.IN_FORCE)})
    assert pages.shows(page.encode(), in_force, parcel.edition.policy) == is_seen


def test_a_marked_page_bears_its_mark(make_parcel: MakeParcel) -> None:
    parcel = make_parcel(title="关于一事的通知", body=LIST, notice=build_notice(), action=Action.ANNOTATE)
    plain, marked = (f"<h1>关于一事的通知{mark}</h1>{LIST}".encode() for mark in ("", "（已废止）"))
    assert not pages.shows(plain, parcel, parcel.edition.policy)
    assert pages.shows(marked, parcel, parcel.edition.policy)


def test_a_single_paragraph_that_stays_is_not_gone(make_parcel: MakeParcel) -> None:
    policy = make_parcel(title="关于一事的通知", body=LIST).edition.policy
    assert pages.is_gone(None, policy)
    assert pages.is_gone("<h1>关于一事的通知已撤回</h1>".encode(), policy)
    assert not pages.is_gone("<p>第一项内容如此规定，不得有误。</p>".encode(), policy)


async def sent(channel: disclosure.ByMail, parcel: Parcel, notes: MemoryNotes) -> contract.ChannelError:
    await channel.prepare(parcel, notes)
    with pytest.raises(contract.ChannelError) as caught:
        await channel.commit(parcel, notes)
    return caught.value


async def test_the_package_goes_by_mail_once(
    by_mail: disclosure.ByMail, make_parcel: MakeParcel, notes: MemoryNotes, office: PostOffice
) -> None:
    parcel = make_parcel(full_edition())
    assert (await sent(by_mail, parcel, notes)).trouble.reaction is Reaction.HAND
    (got,) = office.messages
    assert got["To"] == "column@city.test"
    assert got["Subject"] == f"请公开：{parcel.edition.policy.title}（政府信息公开资料包 1001-1）"
    assert got["Message-ID"] == f"<{parcel.key}@bureau.test>"
    assert "请在市政府信息公开专栏公开以下内容" in post_office.text(got)
    (attached,) = got.iter_attachments()
    data: Any = attached.get_content()
    assert hashlib.sha256(data).hexdigest() == notes.kept["package"]
    assert unpacked(data)
    for again in (by_mail.commit, by_mail.look_up):
        with pytest.raises(contract.ChannelError, match=r"寄往 column@city\.test"):
            await again(parcel, notes)
    assert len(office.messages) == 1


async def test_a_death_between_the_message_and_its_answer_is_a_persons_to_clear_up(
    by_mail: disclosure.ByMail, make_parcel: MakeParcel, notes: MemoryNotes
) -> None:
    parcel = make_parcel()
    assert await by_mail.look_up(parcel, notes) is None
    await notes.keep("sending", value=True)
    with pytest.raises(contract.ChannelError) as caught:
        await by_mail.look_up(parcel, notes)
    assert caught.value.trouble.reaction is Reaction.ASK


async def test_no_mailbox_is_the_settings_fault_and_nothing_left(
    by_mail: disclosure.ByMail, make_parcel: MakeParcel, notes: MemoryNotes, office: PostOffice
) -> None:
    parcel = make_parcel()
    office.recipients["column@city.test"] = "550 5.1.1 nobody"
    error = await sent(by_mail, parcel, notes)
    assert error.trouble.reaction is Reaction.CONFIGURATION
    assert await by_mail.look_up(parcel, notes) is None
