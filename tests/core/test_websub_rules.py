"""The hub's rules: what is asked, whether a callback agrees, what is said with a feed, when it is tried again."""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from hub.core import websub
from hub.core.websub import RefusedError
from schemas.entry import BEIJING
from schemas.websub import Asked, Full

BASE = "https://www.example.gov.cn"
GOOD = {
    "hub.mode": "subscribe",
    "hub.topic": f"{BASE}/feeds/all.atom",
    "hub.callback": "https://reader.example/cb?a=%2F&b",
}


def full(**changes: object) -> Full:
    now = datetime(2026, 11, 26, tzinfo=BEIJING)
    values = {"subscriptions": 0, "of_host": 0, "asked": 0, "asked_of_host": 0, "is_known": False, "now": now}
    return Full.model_validate(values | changes)


def test_a_request_and_what_it_leaves_out() -> None:
    wished = websub.wish(GOOD | {"hub.verify": "async", "foo": "bar"}, BASE)
    assert (wished.topic, wished.host, wished.secret) == ("/feeds/all.atom", "reader.example", None)
    assert wished.lease == websub.USUAL_LEASE


@pytest.mark.parametrize(("asked", "given"), [("1", 300), ("7200", 7200), ("99999999999", 30 * 86_400)])
def test_a_lease_is_kept_within_its_bounds(asked: str, given: int) -> None:
    assert websub.wish(GOOD | {"hub.lease_seconds": asked}, BASE).lease == timedelta(seconds=given)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"hub.mode": "publish"}, 400),
        ({"hub.mode": ""}, 400),
        ({"hub.callback": "nothing"}, 400),
        ({"hub.lease_seconds": "-5"}, 400),
        ({"hub.lease_seconds": "٣"}, 400),
        ({"hub.lease_seconds": "0"}, 400),
        ({"hub.secret": "密" * 67}, 400),
        ({"hub.topic": "https://elsewhere.example/feeds/all.atom"}, 404),
        ({"hub.topic": f"{BASE}/zcwj/1001.html"}, 404),
        ({"hub.topic": f"{BASE}/feeds/../secret.key.atom"}, 404),
        ({"hub.topic": f"{BASE}/feeds/%2e%2e/%2e%2e/log.json"}, 404),
        ({"hub.topic": f"{BASE}/feeds/%ff.atom"}, 404),
        ({"hub.topic": f"{BASE}/feeds/all.atom?x"}, 404),
        ({"hub.topic": f"{BASE}/feeds/.hidden.atom"}, 404),
        ({"hub.topic": f"{BASE}.evil.example/feeds/all.atom"}, 404),
    ],
)
def test_what_is_refused(changes: dict[str, str], status: int) -> None:
    with pytest.raises(RefusedError) as refused:
        websub.wish(GOOD | changes, BASE)
    assert refused.value.status == status


def test_bounds_and_what_they_leave_open() -> None:
    more = websub.wish(GOOD, BASE)
    end = websub.wish(GOOD | {"hub.mode": "unsubscribe"}, BASE)
    for crowded in (full(subscriptions=websub.MOST), full(of_host=websub.MOST_OF_HOST)):
        with pytest.raises(RefusedError, match="full"):
            websub.judge(more, crowded)
        websub.judge(end, crowded)
        websub.judge(more, crowded.model_copy(update={"is_known": True}))
    with pytest.raises(RefusedError, match="often"):
        websub.judge(end, full(asked_of_host=websub.HOURLY_OF_HOST))


def test_the_question_leaves_the_callbacks_own_query_alone() -> None:
    wished = websub.wish(GOOD | {"hub.lease_seconds": "7200"}, BASE)
    asked = Asked(id=1, fence=1, tries=0, **wished.model_dump())
    url = websub.question(asked, BASE, "abc")
    assert url.startswith(GOOD["hub.callback"] + "&hub.")
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "a": "/",
        "hub.mode": "subscribe",
        "hub.topic": GOOD["hub.topic"],
        "hub.challenge": "abc",
        "hub.lease_seconds": "7200",
    }
    assert "lease" not in websub.question(asked.model_copy(update={"mode": "unsubscribe"}), BASE, "abc")
    assert websub.agrees(200, b"abc", "abc")
    assert not any(
        websub.agrees(*answer, "abc") for answer in ((200, b"abcd"), (404, b"abc"), (302, b"abc"), (200, b""))
    )


def test_what_is_said_with_a_feed() -> None:
    said = websub.headers("/feeds/all.json", BASE, b"secret", b"body")
    assert said["Link"] == f'<{BASE}/websub>; rel="hub", <{BASE}/feeds/all.json>; rel="self"'
    assert said["Content-Type"].startswith("application/feed+json")
    assert said["X-Hub-Signature"] == "sha256=" + hmac.new(b"secret", b"body", hashlib.sha256).hexdigest()
    assert "X-Hub-Signature" not in websub.headers("/feeds/all.atom", BASE, None, b"body")


def test_tries_come_further_and_further_apart_and_end() -> None:
    pauses = [websub.pause(tries, 0.0) for tries in range(1, 12)]
    kept = [one for one in pauses if one is not None]
    assert pauses[-1] is None
    assert kept == sorted(kept)
    assert timedelta(days=1) < sum(kept, timedelta()) < timedelta(days=3)
