"""The SMTP client against a server that nobody here wrote: what arrives, and what is made of every refusal."""

import asyncio
import base64
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.headerregistry import Address

import dkim
import pytest
from aiosmtpd.smtp import Envelope
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels import post
from channels.fate import Fate, PostError
from channels.message import Head, Signature, SignatureError, compose, signed
from channels.post import Post, Relay, Tls
from tests.mail import post_office
from tests.mail.post_office import PostOffice

SENDER = "zhengce@bureau.test"
LONG = "关于印发《天津市规划和自然资源局政策文件公开发布工作规定（试行）》的通知" * 3


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office.opened() as opened:
        yield opened


def client(office: PostOffice, **more: object) -> Post:
    return Post(Relay("127.0.0.1", office.port, Tls.NONE, **more))  # type: ignore[arg-type]


def message(to: str = "reader@home.test", **headers: str) -> bytes:
    head = Head(Address("规划资源局", addr_spec=SENDER), to, LONG, "<1@bureau.test>", datetime.now(UTC), headers)
    return compose(head, "您好。\n.\n第二行\n", "<p>您好。</p>").as_bytes()


async def test_what_arrives_is_what_was_written(office: PostOffice) -> None:
    one = client(office)
    assert (await one.send(message(), sender=SENDER, to="reader@home.test")).startswith("250")
    await one.close()
    (got,) = office.messages
    assert got["Subject"] == LONG
    assert got["From"].addresses[0].display_name == "规划资源局"
    assert got["Message-ID"] == "<1@bureau.test>"
    assert post_office.text(got) == "您好。\n.\n第二行\n"
    assert post_office.text(got, "html").strip() == "<p>您好。</p>"
    content = office.got[0].content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 998


async def test_the_signature_holds_and_covers_the_unsubscribe_headers(office: PostOffice) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    shown = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    one = client(office, signature=Signature("bureau.test", "s1", pem))
    link = f"<https://a.test/l?t={'x' * 90}>"
    leaving = {"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    await one.send(message(**leaving), sender=SENDER, to="reader@home.test")
    await one.close()
    got = office.got[0].content
    assert isinstance(got, bytes)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(shown)

    def holds(content: bytes) -> bool:
        return bool(dkim.verify(content, dnsfunc=lambda *_a, **_k: record))

    assert b"\r\nList-Unsubscribe: " + link.encode() + b"\r\n" in got, "mailboxes take it as it stands"
    assert holds(got)
    assert not holds(got.replace(b"https://a.test/l", b"https://b.test/l"))
    assert not holds(b"Subject: another\r\n" + got), "nobody can add a second subject"
    named = post_office.read(office.got[0])["DKIM-Signature"].replace(" ", "").lower()
    assert "list-unsubscribe:list-unsubscribe-post" in named


async def test_nobody_waits_while_a_message_is_signed(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    one = client(office, signature=Signature("bureau.test", "s1", b""))
    may_end, has_begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(whole: bytes, _signature: Signature) -> bytes:
        loop.call_soon_threadsafe(has_begun.set)
        assert may_end.wait(30)
        return whole

    monkeypatch.setattr(post, "signed", slow)
    sending = asyncio.create_task(one.send(message(), sender=SENDER, to="reader@home.test"))
    async with asyncio.timeout(30):
        await has_begun.wait()  # never comes where signing holds the loop
        assert office.got == []
        may_end.set()
        await sending
    await one.close()
    assert len(office.got) == 1


def test_what_is_no_key_is_told() -> None:
    with pytest.raises(SignatureError):
        signed(message(), Signature("bureau.test", "s1", b"nonsense"))


async def test_one_connection_serves_many_and_is_made_again_when_it_is_gone(office: PostOffice) -> None:
    one = client(office)
    for _ in range(3):
        await one.send(message(), sender=SENDER, to="reader@home.test")
    assert (len(office.got), office.connections) == (3, 1)
    assert one._client is not None
    assert isinstance(one._client.transport, asyncio.Transport)
    one._client.transport.abort()
    await one.send(message(), sender=SENDER, to="reader@home.test")
    await one.close()
    assert (len(office.got), office.connections) == (4, 2)


async def test_a_connection_is_opened_without_reading_what_came(office: PostOffice) -> None:
    """Or measuring thousands of mails takes longer with every hundred: aiosmtpd reads all of its handler each time."""
    office.got.append(Envelope())  # nobody can read it: it has no content
    one = client(office)
    assert (await one.send(message(), sender=SENDER, to="reader@home.test")).startswith("250")
    await one.close()


@pytest.mark.parametrize(
    ("place", "answer", "fate", "code"),
    [
        ("recipients", "550 5.1.1 no such user reader@home.test", Fate.NO_MAILBOX, "550 5.1.1"),
        ("recipients", "450 4.2.1 greylisted", Fate.LATER, "450 4.2.1"),
        ("recipients", "421 4.3.2 closing", Fate.UNREACHABLE, "421 4.3.2"),
        ("recipients", "553 no", Fate.NO_MAILBOX, "553"),
        ("contents", "554 5.7.1 spam", Fate.REFUSED, "554 5.7.1"),
        ("contents", "452 4.3.1 full", Fate.LATER, "452 4.3.1"),
    ],
)
async def test_every_refusal_has_its_fate(office: PostOffice, place: str, answer: str, fate: Fate, code: str) -> None:
    getattr(office, place)["reader@home.test"] = answer
    one = client(office)
    with pytest.raises(PostError) as error:
        await one.send(message(), sender=SENDER, to="reader@home.test")
    assert (error.value.fate, error.value.code) == (fate, code)
    assert "reader" not in str(error.value), "servers put addresses into their words"
    assert not office.got
    # Whatever was refused, the next one goes out.
    await one.send(message("other@home.test"), sender=SENDER, to="other@home.test")
    await one.close()
    assert len(office.got) == 1


async def test_a_refused_sender_is_about_all_mail(office: PostOffice) -> None:
    office.sender = "550 5.7.1 you may not send"
    with pytest.raises(PostError) as error:
        await client(office).send(message(), sender=SENDER, to="reader@home.test")
    assert (error.value.fate, error.value.code) == (Fate.UNREACHABLE, "550 5.7.1")


async def test_no_answer_to_the_whole_message_is_no_answer(office: PostOffice) -> None:
    office.hang_up = True
    one = client(office)
    with pytest.raises(PostError) as error:
        await one.send(message(), sender=SENDER, to="reader@home.test")
    assert error.value.fate is Fate.UNKNOWN
    assert len(office.got) == 1, "it was taken all the same"


async def test_nobody_there_and_a_wrong_password() -> None:
    with pytest.raises(PostError) as error:
        await Post(Relay("127.0.0.1", 1, Tls.NONE)).knock()
    assert error.value.fate is Fate.UNREACHABLE
    async with post_office.opened({"gongbu": "right"}) as office:
        with pytest.raises(PostError) as error:
            await client(office, user="gongbu", password="wrong").knock()
        assert (error.value.fate, error.value.code[:3]) == (Fate.UNREACHABLE, "535")
        one = client(office, user="gongbu", password="right")
        await one.knock()
        await one.send(message(), sender=SENDER, to="reader@home.test")
        await one.close()
    assert isinstance(office.got[0], Envelope)


async def test_a_server_without_tls_is_not_spoken_to(office: PostOffice) -> None:
    with pytest.raises(PostError) as error:
        await Post(Relay("127.0.0.1", office.port, Tls.STARTTLS, "user", "password")).knock()
    assert error.value.fate is Fate.UNREACHABLE
