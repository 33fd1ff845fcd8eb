"""索引号 that were given or are in use, each once; and what was found in the files beside documents."""

from alembic import context, op

revision = "0020"
down_revision = "0019"

CHANGES = r"""
CREATE TABLE serials (
    code TEXT NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    release_id BIGINT NOT NULL,
    given BOOLEAN NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_serials PRIMARY KEY (code, year, serial),
    CONSTRAINT ck_serials_serial CHECK (serial BETWEEN 1 AND 9999999),
    CONSTRAINT fk_serials_release_id FOREIGN KEY(release_id) REFERENCES releases (id)
);
CREATE INDEX ix_serials_release_id ON serials (release_id);
CREATE INDEX ix_releases_doc_no ON releases ((metadata ->> 'doc_no') text_pattern_ops);
CREATE TABLE inspections (
    sha256 TEXT NOT NULL,
    ending TEXT NOT NULL,
    version INTEGER NOT NULL,
    found JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_inspections PRIMARY KEY (sha256, ending, version),
    CONSTRAINT fk_inspections_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
"""
#: What is in use already, of two that have the same number the older one.
TAKEN = r"""
INSERT INTO serials (code, year, serial, release_id, given)
SELECT substr(split_part(metadata ->> 'index_no', '/', 1), 1, 18), split_part(said, '-', 1)::int, split_part(said, '-', 2)::int, id, FALSE
FROM releases, split_part(metadata ->> 'index_no', '/', 2) AS said
WHERE metadata ->> 'index_no' ~ '^[0-9A-Z]+/[0-9]{4}-[0-9]{1,7}$' AND split_part(said, '-', 2)::int > 0
ORDER BY id ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    op.execute(TAKEN.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT ON serials, inspections TO "{role}"')
