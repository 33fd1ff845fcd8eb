"""Followers of the log: how far each has read."""

from alembic import context, op

revision = "0008"
down_revision = "0007"

CHANGES = r"""
CREATE TABLE followers (
    name TEXT NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_followers PRIMARY KEY (name)
);
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON followers TO "{role}"')
