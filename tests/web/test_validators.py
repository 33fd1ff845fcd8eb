"""Conditions, ranges, codings and limits: what is asked, and what it comes to."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from hub.web import coding, validators
from hub.web.live.limits import Limit, Limiter
from hub.web.validators import Span, UnsatisfiableError

ETAG, AT, DATE, BEFORE = "abc-br", 1_700_000_000.9, "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:19 GMT"


def said(**headers: str) -> CIMultiDictProxy[str]:
    return CIMultiDictProxy(CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()}))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"If_None_Match": '"abc-br"'}, 304),
        ({"If_None_Match": 'W/"abc-br"'}, 304),
        ({"If_None_Match": '"x", "abc-br"'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"abc"'}, 200),
        ({"If_None_Match": "abc-br"}, 200),
        ({"If_None_Match": '"x"', "If_Modified_Since": DATE}, 200),
        ({"If_Modified_Since": DATE}, 304),
        ({"If_Modified_Since": BEFORE}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_Match": '"abc-br"'}, 200),
        ({"If_Match": 'W/"abc-br"'}, 412),
        ({"If_Match": '"x"'}, 412),
        ({"If_Match": "*", "If_None_Match": '"abc-br"'}, 304),
        ({"If_Unmodified_Since": BEFORE}, 412),
        ({"If_Unmodified_Since": DATE}, 200),
    ],
)
def test_conditions_are_judged_in_their_order(headers: dict[str, str], status: int) -> None:
    assert validators.judged(said(**headers), ETAG, AT) == status


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({"Range": "bytes=0-0"}, Span(0, 1)),
        ({"Range": "bytes=2-"}, Span(2, 10)),
        ({"Range": "bytes=-3"}, Span(7, 10)),
        ({"Range": "bytes=-99"}, Span(0, 10)),
        ({"Range": "bytes=8-99"}, Span(8, 10)),
        ({"Range": "bytes=0-1,4-5"}, None),
        ({"Range": "lines=0-1"}, None),
        ({"Range": "bytes=1-2", "If_Range": '"abc-br"'}, Span(1, 3)),
        ({"Range": "bytes=1-2", "If_Range": 'W/"abc-br"'}, None),
        ({"Range": "bytes=1-2", "If_Range": '"old"'}, None),
        ({"Range": "bytes=1-2", "If_Range": DATE}, Span(1, 3)),
        ({"Range": "bytes=1-2", "If_Range": BEFORE}, None),
    ],
)
def test_one_range_is_given(headers: dict[str, str], found: Span | None) -> None:
    assert validators.span(said(**headers), ETAG, AT, 10) == found


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0", "bytes=5-4", "bytes=-", "bytes=a-b"])
def test_a_range_of_nothing_is_refused(asked: str) -> None:
    with pytest.raises(UnsatisfiableError):
        validators.span(said(Range=asked), ETAG, AT, 10)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", ""),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("BR", "br"),
        ("gzip;q=x", ""),
        ("gzip; q=0.001", "gzip"),
    ],
)
def test_the_coding_is_one_that_the_asker_takes(header: str, found: str) -> None:
    assert coding.accepted(header) == found


def test_a_purse_fills_again_and_the_oldest_is_forgotten() -> None:
    now = [0.0]
    one = Limiter(Limit(burst=2, refill=0.5), clock=lambda: now[0], most=2)
    assert [one.wait("a"), one.wait("a"), one.wait("a")] == [0, 0, 2]
    assert one.wait("b") == 0
    now[0] = 2.0
    assert [one.wait("a"), one.wait("a")] == [0, 2]
    one.wait("c")
    assert [name in one.purses for name in "abc"] == [True, False, True]
