"""Numbered list pages: a release's place on each list of a site, given once."""

from alembic import context, op

revision = "0009"
down_revision = "0008"

CHANGES = r"""
CREATE TABLE lists (
    channel TEXT NOT NULL,
    list TEXT NOT NULL,
    size BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_lists PRIMARY KEY (channel, list)
);
CREATE TABLE listings (
    channel TEXT NOT NULL,
    list TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    release_id BIGINT NOT NULL,
    CONSTRAINT pk_listings PRIMARY KEY (channel, list, ordinal),
    CONSTRAINT fk_listings_channel_list FOREIGN KEY(channel, list) REFERENCES lists (channel, list),
    CONSTRAINT uq_listings_channel_release_id_list UNIQUE (channel, release_id, list)
);
"""

#: A place is given once: triggers refuse UPDATE, DELETE and TRUNCATE even for the table's owner.
PLACED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON listings
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    op.execute(PLACED.strip())
    op.execute("ALTER TABLE listings ENABLE ALWAYS TRIGGER append_only")
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON lists TO "{role}"')
        op.execute(f'GRANT SELECT, INSERT ON listings TO "{role}"')
