"""Notices to subordinate units, and who has acknowledged them (签收)."""

from alembic import context, op

revision = "0013"
down_revision = "0012"

CHANGES = r"""
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
