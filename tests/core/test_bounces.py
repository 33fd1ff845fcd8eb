"""Reports of mail servers, as Postfix and others write them, and as somebody makes them up."""

import random

import pytest

from hub.core import bounces

REPORT = b"""Return-Path: <>
Delivered-To: bounces+b-1f-abcdefghijklmnop@bureau.test
From: MAILER-DAEMON@mx.home.test
To: bounces+b-1f-abcdefghijklmnop@bureau.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.home.test
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0800

Final-Recipient: rfc822; reader@home.test
Action: %s
Status: %s
Diagnostic-Code: smtp; 550 5.1.1 <reader@home.test>: unknown

--B
Content-Type: message/rfc822

Subject: x
Action: failed
Status: 5.9.9

--B--
"""


@pytest.mark.parametrize(
    ("action", "status", "found"),
    [
        (b"failed", b"5.1.1", "5.1.1"),
        (b"Failed (for good)", b"5.1.1", ""),
        (b"FAILED", b"5.2.2 (full)", "5.2.2"),
        (b"delayed", b"4.4.1", ""),
        (b"failed", b"4.4.7", ""),
        (b"delivered", b"2.0.0", ""),
        (b"failed", b"nonsense", ""),
    ],
)
def test_only_a_failure_for_good_has_a_status(action: bytes, status: bytes, found: str) -> None:
    report = bounces.read(REPORT % (action, status))
    assert report.status == found
    assert "bounces+b-1f-abcdefghijklmnop@bureau.test" in report.recipients


def test_what_the_mail_server_names_comes_first() -> None:
    assert bounces.read(REPORT, ["given@bureau.test"]).recipients[0] == "given@bureau.test"


def test_an_answer_by_a_person_is_no_report() -> None:
    assert bounces.read(b"To: a@b\nSubject: x\n\nAction: failed\nStatus: 5.1.1\n").status == ""


def test_nothing_that_comes_breaks_it() -> None:
    dice = random.Random(7)  # noqa: S311 - the same rubbish every time
    whole = REPORT % (b"failed", b"5.1.1")
    for _ in range(400):
        spoilt = bytearray(whole)
        for _ in range(dice.randrange(1, 40)):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        bounces.read(bytes(spoilt))
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(2000))
    assert bounces.read(b"MIME-Version: 1.0\n" + nested).status == ""
    assert bounces.read(b"").recipients == ()
    assert bounces.read(b"\xff" * 100_000).status == ""
