"""What must hold when a town is at rest again, whatever struck it."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from schemas import addresses
from schemas.entry import BEIJING, stamp
from tests.chaos import plan, story
from tests.chaos.author import Story
from tests.chaos.books import Books
from tests.chaos.story import Doubt
from tests.chaos.town import Town
from tests.chaos.watch import EDITION, Watch, fetch

DONE = frozenset({"visible", "superseded", "cancelled"})
DEATHS = frozenset(
    {"kill", "kill_at_step", "stop", "stop_at_step", "term", "postgres_restart", "postgres_kill", "store_clock"}
)
#: (channel, code of the trouble, faults of which one must have struck): the only reasons for which a delivery may be in
#: a person's hands at the end.
EXPLAINED: tuple[tuple[str, str, frozenset[str]], ...] = (
    # Three workers in a row lost it without a result.
    ("", "worker_died", DEATHS),
    # A refused key is a person's, whoever refused it.
    ("disclosure", "http_401.*", frozenset({"channel_http"})),
    # An upload was answered "200" by somebody who had not carried it out, and not with a page.
    ("disclosure", "http_422_missing_file", frozenset({"channel_garbage"})),
)


async def doubts(town: Town, read: Books, watch: Watch, stories: list[Story]) -> list[Doubt]:
    """Return everything that does not hold, by release."""
    by_release = {one.release: one for one in stories}
    found: list[Doubt] = [*watch.doubts]
    found += [(0, f"the log does not verify: {one}") for one in read.report.findings]
    found += [(0, f"the log does not extend what was signed: {one}") for r in read.since for one in r.findings]
    found += story.doubts(read)
    found += _ended(town, read)
    found += _complete(read, stories)
    found += _once(read)
    found += _in_order(read)
    found += _in_time(read, by_release, slack=2 * plan.CLOCK_SECONDS if town.clocks.movable else 0.05)
    found += _kept_official(read, watch)
    for one in stories:
        found += [doubt async for doubt in _shown(town, read, one)]
    return found


def _ended(town: Town, read: Books) -> Iterator[Doubt]:
    struck = {one["kind"] for one in town.trace}
    stuck: set[tuple[int, str]] = set()
    for row in read.deliveries:
        place = (row["release_id"], row["channel"])
        if row["state"] in DONE or (row["state"] == "waiting" and place in stuck):
            continue
        stuck.add(place)
        why = trouble(row)
        if row["state"] not in {"held", "failed"}:
            yield row["release_id"], f"{name(row)} is still {row['state']}, due {row['due_at']} ({why})"
        elif not any(_explains(row, *one, struck) for one in EXPLAINED):
            yield row["release_id"], f"{name(row)} is {row['state']}: {why}, which no fault explains"


def _explains(row: Mapping[str, Any], channel: str, code: str, kinds: frozenset[str], struck: set[str]) -> bool:
    is_code = re.fullmatch(code, trouble(row).partition(" ")[0]) is not None
    return channel in {"", row["channel"]} and is_code and bool(kinds & struck)


def _complete(read: Books, stories: list[Story]) -> Iterator[Doubt]:
    """Whatever was published has a delivery for its newest edition on every channel; nothing was lost on the way."""
    published = {(r["release_id"], r["edition"], r["channel"]) for r in read.deliveries if r["action"] == "publish"}
    for one in stories:
        if one.finished_at == 0.0:
            yield one.release, f"run {one.run.number} was never published to its end"
        wanted = {(one.release, one.editions, channel) for channel in ("website", "rss", "wechat", "disclosure")}
        for missing in wanted - published:
            yield one.release, f"there is no delivery {missing}"


def _once(read: Books) -> Iterator[Doubt]:
    for key, articles in read.articles.items():
        if len(articles) > 1:
            yield _release_of(articles[0]), f"WeChat published {len(articles)} articles for one edition ({key})"
    for identity, record in read.disclosure["records"].items():
        keys = [version["key"] for version in record["versions"]]
        if len(set(keys)) < len(keys):
            yield int(identity.split(":")[1]), f"{identity} has a key twice: {keys}"


def _in_order(read: Books) -> Iterator[Doubt]:
    """No channel was given an older edition after a newer one."""
    newest: dict[int, int] = {}
    for article in sorted((a for found in read.articles.values() for a in found), key=lambda a: a["publish_id"]):
        release, edition = _release_of(article), _edition_of(article["items"][0]["content"])
        if edition < newest.get(release, 0):
            yield release, f"WeChat published edition {edition} after {newest[release]}"
        newest[release] = max(edition, newest.get(release, 0))
    for identity, record in read.disclosure["records"].items():
        editions = [version["record"]["edition"] for version in record["versions"]]
        if editions != sorted(editions):
            yield int(identity.split(":")[1]), f"{identity} was given the editions {editions}"


def _in_time(read: Books, by_release: Mapping[int, Story], *, slack: float) -> Iterator[Doubt]:
    """A scheduled release is not sent before its time. Where clocks are stepped, "its time" is as vague as they are."""
    for job in read.wechat["jobs"].values():
        one = by_release.get(_release_of(job))
        if one and one.run.way == "scheduled" and job["at"] < one.planned_at - slack:
            yield one.release, f"WeChat was sent it {one.planned_at - job['at']:.2f} s before its time"


def _kept_official(read: Books, watch: Watch) -> Iterator[Doubt]:
    """What was read from the store all the while is what the log says."""
    logged = {e["rel"]: e["at"] for e in read.entries if e["t"] == "release.official"}
    for release, at in watch.official.items():
        if logged.get(release) != stamp(at):
            yield release, f"the store said {stamp(at)}, the log says {logged.get(release)}"


async def _shown(town: Town, read: Books, one: Story) -> Any:
    """The public finds the newest edition on the site and in the feed, with the official time."""
    public, release = town.ports.public_url, one.release
    rows = {
        (r["channel"], r["edition"], r["action"]): r["state"] for r in read.deliveries if r["release_id"] == release
    }
    official = next((e["at"] for e in read.entries if e["t"] == "release.official" and e["rel"] == release), None)
    for channel, path in (("website", addresses.path(release, "policy")), ("rss", f"/feeds/release-{release}.atom")):
        if rows.get((channel, one.editions, "publish")) != "visible":
            continue
        text = await fetch(town.http, public + path) or ""
        editions = {int(found) for found in EDITION.findall(text)}
        if editions != {one.editions}:
            yield release, f"{path} shows the editions {sorted(editions)} instead of {one.editions}"
        # A correction carries the official time itself; a first publication is annotated when it has one.
        is_marked = rows.get((channel, one.editions, "annotate"), "visible") == "visible"
        if official and is_marked and not _says(text, datetime.fromisoformat(official)):
            yield release, f"{path} does not say the official time {official}"


def _says(text: str, at: datetime) -> bool:
    words = at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    return words in text or words.replace(" ", "T") in text


def trouble(row: Mapping[str, Any]) -> str:
    """Return code and words of a delivery's trouble."""
    found = row["trouble"]
    parsed = json.loads(found) if isinstance(found, str) else found
    return f"{parsed['code'].replace(' ', '_')} {parsed['detail']}" if parsed else "no trouble"


def name(row: Mapping[str, Any]) -> str:
    return f"delivery {row['id']} ({row['channel']} {row['action']}, edition {row['edition']})"


def _release_of(thing: Mapping[str, Any]) -> int:
    found = re.search(r"/zcwj/(\d+)\.html", str(thing["items"][0]["content_source_url"]))
    return int(found[1]) if found else 0


def _edition_of(text: str) -> int:
    found = EDITION.search(text)
    return int(found[1]) if found else 0
