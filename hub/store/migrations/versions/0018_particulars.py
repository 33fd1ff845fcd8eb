"""What documents have by their kind, and the forms of interpretations, as the public finds them."""

from alembic import context, op

revision = "0018"
down_revision = "0017"

CHANGES = r"""
ALTER TABLE cards ADD COLUMN form TEXT DEFAULT 'text' NOT NULL;
ALTER TABLE cards ADD COLUMN particulars JSONB DEFAULT '{}' NOT NULL;
CREATE INDEX ix_cards_tended ON cards (kind, id) WHERE number = 0 AND kind IN ('consultation', 'powers', 'emergency_plan', 'guide');
CREATE INDEX ix_cards_form ON cards (official_at) WHERE number > 0;
"""


def upgrade() -> None:
    context.get_context()
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
