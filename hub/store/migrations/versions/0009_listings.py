"""Numbered list pages: a release's place on each list of a site, given once."""

from alembic import context, op

revision = "0009"
down_revision = "0008"

CHANGES = r"""
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
