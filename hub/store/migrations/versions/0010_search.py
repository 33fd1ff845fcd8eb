"""What the public finds by words."""

from alembic import context, op

revision = "0010"
down_revision = "0009"

CHANGES = r"""
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
