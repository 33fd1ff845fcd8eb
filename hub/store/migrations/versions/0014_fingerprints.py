"""Fingerprints of officially released texts, and the way from a document to what stands in its place."""

from alembic import context, op

revision = "0014"
down_revision = "0013"

CHANGES = r"""
CREATE TABLE fingerprints (
    release_id BIGINT NOT NULL,
    edition INTEGER NOT NULL,
    document TEXT NOT NULL,
    part INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT,
    doc_no TEXT,
    CONSTRAINT pk_fingerprints PRIMARY KEY (release_id, edition, document, part),
    CONSTRAINT fk_fingerprints_release_id_edition FOREIGN KEY(release_id, edition) REFERENCES editions (release_id, number),
    CONSTRAINT ck_fingerprints_title CHECK ((part = 0) = (title IS NOT NULL))
);
CREATE INDEX ix_fingerprints_sha256 ON fingerprints (sha256);
CREATE INDEX ix_fingerprints_title ON fingerprints (title) WHERE title IS NOT NULL;
CREATE INDEX ix_fingerprints_doc_no ON fingerprints (doc_no) WHERE doc_no IS NOT NULL;
CREATE INDEX ix_standings_successor ON standings (((successor ->> 'release')::bigint))
    WHERE successor ->> 'release' IS NOT NULL;
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT ON fingerprints TO "{role}"')
