"""What is not a release yet: unsaved texts, and files that arrived."""

from alembic import context, op

revision = "0005"
down_revision = "0004"

CHANGES = r"""
CREATE TABLE drafts (
    release_id BIGINT NOT NULL,
    document TEXT NOT NULL,
    person_id TEXT NOT NULL,
    base TEXT NOT NULL,
    content JSONB NOT NULL,
    images JSONB DEFAULT '[]' NOT NULL,
    warnings JSONB DEFAULT '[]' NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (release_id, document, person_id),
    CONSTRAINT fk_drafts_release_id FOREIGN KEY(release_id) REFERENCES releases (id),
    CONSTRAINT fk_drafts_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT ck_drafts_size CHECK (octet_length(content::text) <= 16000000)
);
CREATE INDEX ix_drafts_kept_at ON drafts (kept_at);
CREATE INDEX ix_drafts_person_id ON drafts (person_id, kept_at);
CREATE TABLE arrivals (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    content JSONB NOT NULL,
    release_id BIGINT,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_arrivals PRIMARY KEY (id),
    CONSTRAINT fk_arrivals_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_arrivals_release_id FOREIGN KEY(release_id) REFERENCES releases (id)
);
CREATE INDEX ix_arrivals_at ON arrivals (at);
CREATE INDEX ix_arrivals_person_id ON arrivals (person_id, at);
CREATE INDEX ix_releases_open ON releases (state, id) WHERE state <> 'released';
CREATE INDEX ix_releases_unofficial ON releases ((metadata ->> 'signed_on'), id) WHERE official_at IS NULL;
CREATE INDEX ix_releases_official ON releases (official_at) WHERE official_at IS NOT NULL;
CREATE INDEX ix_deliveries_stuck ON deliveries (id) WHERE state IN ('unconfirmed', 'held', 'failed');
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON drafts, arrivals TO "{role}"')
