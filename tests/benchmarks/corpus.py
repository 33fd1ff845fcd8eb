"""Large stores by SQL: releases as the commands write them, thousands in a second instead of a few.

One edition is made by the program's own code for a number that stands nowhere else; the database then writes it for
every release by replacing that number, so bytes, digests and constraints are the real ones.
"""

from dataclasses import dataclass

import asyncpg

from schemas.edition import Edition
from schemas.person import Person
from schemas.release import Document, Metadata, Role
from schemas.review import Level
from tests import making

#: Stands for the release's number; nothing else in an edition contains it.
PLACE = 7_777_777_777
#: About the text of an ordinary notice. Bodies of real ones go to 50 KB and more, and a million of them would be 30 GB;
#: they stand out of line (TOAST), so their length does not change what a lookup costs.
BODY_BYTES = 2_000
SENTENCE = "各区人民政府，市政府各有关部门：为进一步规范自然资源领域政务公开工作，现将有关事项通知如下。"
LEVELS = {"first": Level.FIRST, "second": Level.SECOND, "secrecy": Level.SECRECY, "signer": Level.FINAL}

_RELEASES = """
INSERT INTO releases (id, state, version, metadata, authors, edition, official_at, official_channel)
SELECT n, $5, 8, replace($3::text, $4, n::text)::jsonb, ARRAY[$6], 1,
       CASE WHEN $5 = 'released' THEN clock_timestamp() END, CASE WHEN $5 = 'released' THEN 'website' END
FROM generate_series($1::bigint, $2::bigint) n
"""
_DOCUMENTS = """
INSERT INTO documents (release_id, number, address, content)
SELECT n, 0, '/zcwj/' || n || '.html', replace($3::text, $4, n::text)::jsonb
FROM generate_series($1::bigint, $2::bigint) n
"""
_EDITIONS = """
INSERT INTO editions (release_id, number, digest, content, authors)
SELECT n, 1, encode(sha256(content), 'hex'), content, ARRAY[$5]
FROM (SELECT n, convert_to(replace($3::text, $4, n::text), 'UTF8') AS content
      FROM generate_series($1::bigint, $2::bigint) n OFFSET 0) made
"""
_REVIEWS = """
INSERT INTO reviews (release_id, edition, digest, level, decision, reviewer, note, at)
SELECT e.release_id, 1, e.digest, l.level, 'approve', l.reviewer, '', clock_timestamp()
FROM editions e, unnest($3::text[], $4::text[]) AS l (level, reviewer)
WHERE e.release_id BETWEEN $1 AND $2 ORDER BY e.release_id
"""
_WAITING = """
INSERT INTO deliveries (release_id, edition, digest, channel, action, state, step, planned_at, due_at)
SELECT release_id, 1, digest, $3, 'publish', $4, 'prepare', clock_timestamp(), clock_timestamp()
FROM editions WHERE release_id BETWEEN $1 AND $2 ORDER BY release_id
"""


@dataclass(frozen=True)
class Corpus:
    """The releases of this range are in the store, approved, each with one policy."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


async def fill(
    connection: asyncpg.Connection, staff: dict[str, Person], count: int, *, state: str = "publishing"
) -> Corpus:
    """Add so many approved releases and return them. Takes no log entries and makes no deliveries."""
    first = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('releases', 'id'))")
    corpus = Corpus(first, first + count - 1)
    span, place = (corpus.first, corpus.last), str(PLACE)
    edition = template()
    metadata, document = edition.metadata.model_dump_json(), edition.policy.model_dump_json()
    editor = staff["editor"].id
    reviewers = [staff[login].id for login in LEVELS]
    await connection.execute(_RELEASES, *span, metadata, place, state, editor)
    await connection.execute(_DOCUMENTS, *span, document, place)
    await connection.execute(_EDITIONS, *span, edition.encoded().decode(), place, editor)
    await connection.execute(_REVIEWS, *span, [level.value for level in LEVELS.values()], reviewers)
    await connection.execute("SELECT setval(pg_get_serial_sequence('releases', 'id'), $1)", corpus.last)
    return corpus


async def queue(connection: asyncpg.Connection, corpus: Corpus, channel: str, *, state: str = "waiting") -> None:
    """Put a delivery of every release on the channel, due now."""
    await connection.execute(_WAITING, corpus.first, corpus.last, channel, state)


def template() -> Edition:
    """The edition that all others are made from."""
    # A notice: the one kind that may go out without an interpretation.
    title, doc_no = f"关于第{PLACE}项工作的通知", f"津规资办发〔2026〕{PLACE}号"
    metadata = Metadata.model_validate(
        making.metadata().model_dump() | {"kind": "notice", "title": title, "doc_no": doc_no}
    )
    paragraph = f"<p>{SENTENCE}</p>"
    body = paragraph * (BODY_BYTES // len(paragraph.encode()))
    policy = Document(role=Role.POLICY, number=0, title=metadata.title, body=body)
    return Edition(release=PLACE, number=1, metadata=metadata, documents=(policy,))
