"""Which picture of an edition stands for the whole, on a channel that shows one."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("ALTER TABLE deliveries ADD COLUMN cover TEXT NOT NULL DEFAULT ''")
