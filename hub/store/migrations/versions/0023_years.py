"""Where the cards of each 成文 year stand, so that a question of an early year does not walk through all later ones."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_cards_year ON cards ((EXTRACT(year FROM signed_on)::smallint), id)")
