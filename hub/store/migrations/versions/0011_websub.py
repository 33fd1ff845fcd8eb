"""Subscribers of our own WebSub hub, and what is on its way to them."""

from alembic import context, op

revision = "0011"
down_revision = "0010"

CHANGES = r"""
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
