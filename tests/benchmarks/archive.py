"""Years of published releases: corpus and log together, everything seen on the website and in the feeds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg

from channels.contract import Tended
from channels.website.lists import sheets
from channels.website.lists.numbers import SITEMAP
from schemas import columns, feeds
from schemas.entry import BEIJING, Act, EntryType, stamp
from schemas.release import Kind, Role
from tests.benchmarks import corpus, ledger
from tests.benchmarks.corpus import PLACE, Corpus
from tests.benchmarks.town import Town

CHANNELS = ["website", "rss"]
_MARK = datetime(2222, 2, 2, tzinfo=UTC)
_START = datetime(2020, 1, 1, tzinfo=UTC)

_DELIVERIES = """
INSERT INTO deliveries (release_id, edition, digest, channel, action, state, step, planned_at, due_at, intended_at,
                        receipt, fence, accepted_at, seen_at)
SELECT e.release_id, 1, e.digest, c.channel, 'publish', 'visible', 'sight', at, at, at,
       jsonb_build_object('id', '/zcwj/' || e.release_id || '.html', 'addresses',
           jsonb_build_object('policy', $4 || '/zcwj/' || e.release_id || '.html'),
           'channel_time', '', 'reply_sha256', e.digest), 1, at, at
FROM editions e, unnest($3::text[]) AS c (channel), LATERAL (SELECT clock_timestamp() AS at) t
WHERE e.release_id BETWEEN $1 AND $2 ORDER BY e.release_id
"""
_PUBLICATIONS = """
INSERT INTO publications (release_id, document, channel, edition, address, receipt, accepted_at, seen_at, seen_sha256)
SELECT release_id, 'policy', channel, 1, receipt->'addresses'->>'policy', receipt, accepted_at, seen_at, digest
FROM deliveries WHERE release_id BETWEEN $1 AND $2 ORDER BY release_id
"""
_LISTS = "INSERT INTO lists (channel, list, size) SELECT $1, name, $2 FROM unnest($3::text[]) name"
_LISTINGS = """
INSERT INTO listings (channel, list, ordinal, release_id)
SELECT $1, name, release - $2 + 1, release
FROM generate_series($2::bigint, $3::bigint) release, unnest($4::text[]) name ORDER BY name, release
"""
_ATTEMPTS = """
INSERT INTO attempts (delivery_id, fence, step, worker, outcome, detail, at)
SELECT id, 1, 'sight', 'bench', 'Seen', '{}', seen_at FROM deliveries WHERE release_id BETWEEN $1 AND $2
"""


async def fill(connection: asyncpg.Connection, built: Town, count: int) -> Corpus:
    """Fill the town's store with so many releases, settled as a store is that has been used for long."""
    # The site stands before its first release, so that no worker writes all of its pages while something is measured.
    for one in built.house.channels.values():
        if isinstance(one, Tended):
            await one.tend()
    made = await corpus.fill(connection, built.staff, count, state="released")
    span = (made.first, made.last)
    await connection.execute(_DELIVERIES, *span, CHANNELS, built.house.public_url)
    await connection.execute(_PUBLICATIONS, *span)
    await connection.execute(_ATTEMPTS, *span)
    for channel, names in (("website", _lists()), ("rss", _feeds())):
        await connection.execute(_LISTS, channel, made.count, names)
        await connection.execute(_LISTINGS, channel, *span, names)
    await ledger.fill(connection, built.house.signer, told(made))
    # As autovacuum leaves it; otherwise it would start in the middle of what is measured.
    await connection.execute("VACUUM (ANALYZE)")
    await connection.execute("CHECKPOINT")
    return made


def _lists() -> list[str]:
    """Those that a policy without interpretations stands on."""
    standing = columns.listing(Kind.POLICY, [Role.POLICY])
    return [sheets.list_of(one, datetime.now(BEIJING).year) for one in standing] + [SITEMAP]


def _feeds() -> list[str]:
    """Those that tell of every release of the corpus."""
    edition = corpus.template()
    return sorted(feeds.telling(edition, edition.policy, datetime.now(BEIJING)))


def told(made: Corpus) -> Iterator[ledger.Told]:
    """Three entries of each release: the button, the sighting, the official time."""
    templates = [(act.type.value, _template(act)) for act in _acts()]
    for number in range(made.first, made.last + 1):
        at = stamp(_START + timedelta(minutes=number - made.first)).encode()
        for kind, parts in templates:
            yield number, kind, parts.replace(b"%d" % PLACE, b"%d" % number).replace(_AT, at)


_AT = stamp(_MARK).encode()


def _acts() -> list[Act]:
    place = {"release": PLACE, "edition": 1, "digest": "f0" * 32}
    address = f"http://localhost:8080/zcwj/{PLACE}.html"
    sight = {"document": "policy", "address": address, "sha256": "f0" * 32, "authoritative": True}
    website = {"channel": "website", "action": "publish", "who": "worker:bench"}
    planned = {"channels": CHANNELS, "planned_at": stamp(_MARK)}
    return [
        Act(type=EntryType.RELEASE_PUBLISHED, **place, who="f0" * 16, data=planned),
        Act(type=EntryType.SIGHTING, **place, **website, data=sight),
        Act(type=EntryType.RELEASE_OFFICIAL, **place, **website, data={"channel": "website", "address": address}),
    ]


def _template(act: Act) -> bytes:
    return act.body(_MARK)
