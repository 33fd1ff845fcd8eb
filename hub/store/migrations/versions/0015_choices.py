"""How an edition goes to a channel that offers several ways, and who is looked after once it is public there."""

from alembic import context, op

revision = "0015"
down_revision = "0014"

CHANGES = r"""
ALTER TABLE deliveries ADD COLUMN choice TEXT NOT NULL DEFAULT '';
CREATE TABLE watches (
    release_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    edition INTEGER NOT NULL,
    digest TEXT NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    looks INTEGER DEFAULT 0 NOT NULL,
    lost_at TIMESTAMP WITH TIME ZONE,
    lost JSONB,
    known_at TIMESTAMP WITH TIME ZONE,
    known_by TEXT,
    CONSTRAINT pk_watches PRIMARY KEY (release_id, channel),
    CONSTRAINT fk_watches_release_id_edition FOREIGN KEY(release_id, edition) REFERENCES editions (release_id, number),
    CONSTRAINT ck_watches_lost CHECK ((lost_at IS NULL) = (lost IS NULL)),
    CONSTRAINT ck_watches_known CHECK ((known_at IS NULL) = (known_by IS NULL) AND (known_at IS NULL OR lost_at IS NOT NULL))
);
CREATE INDEX ix_watches_channel_due_at ON watches (channel, due_at);
CREATE INDEX ix_watches_lost_at ON watches (lost_at) WHERE lost_at IS NOT NULL AND known_at IS NULL;
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON watches TO "{role}"')
