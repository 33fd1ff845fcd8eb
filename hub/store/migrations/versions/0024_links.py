"""What was seen at the addresses that texts link to."""

from alembic import context, op

revision = "0024"
down_revision = "0023"

CHANGES = r"""
CREATE TABLE link_looks (
    address TEXT NOT NULL,
    host TEXT NOT NULL,
    seen TEXT,
    status INTEGER,
    times INTEGER DEFAULT 0 NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE,
    wanted_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    held_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_link_looks PRIMARY KEY (address),
    CONSTRAINT ck_link_looks_length CHECK (octet_length(address) <= 1500),
    CONSTRAINT ck_link_looks_seen CHECK (seen IN ('ok', 'gone', 'no_host', 'unsure'))
);
CREATE INDEX ix_link_looks_due_at ON link_looks (due_at);
CREATE INDEX ix_link_looks_host ON link_looks (host);
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON link_looks TO "{role}"')
