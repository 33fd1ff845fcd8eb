"""Who issued a token and when it was used last; who set a password in its owner's place, and when."""

from alembic import op

revision = "0025"
down_revision = "0024"

CHANGES = (
    "ALTER TABLE tokens ADD COLUMN made_by TEXT",  # NULL: before this was kept, so by an administrator
    "ALTER TABLE tokens ADD COLUMN used_at TIMESTAMP WITH TIME ZONE",
    "CREATE INDEX ix_tokens_person_id ON tokens (person_id)",
    "ALTER TABLE people ADD COLUMN reset_by TEXT",
    "ALTER TABLE people ADD COLUMN reset_at TIMESTAMP WITH TIME ZONE",
)


def upgrade() -> None:
    for statement in CHANGES:
        op.execute(statement)
