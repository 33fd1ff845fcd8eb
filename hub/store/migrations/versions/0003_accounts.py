"""Signing in: sessions, ceremonies, second factors, single sign-on, throttles; a password that must be changed."""

from alembic import context, op

revision = "0003"
down_revision = "0002"

CHANGES = r"""
ALTER TABLE people ADD COLUMN must_change BOOLEAN DEFAULT false NOT NULL;
CREATE TABLE sessions (
    digest BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    how TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    proven_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (digest),
    CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT ck_sessions_digest CHECK (octet_length(digest) = 32),
    CONSTRAINT ck_sessions_end CHECK (expires_at <= ends_at)
);
CREATE INDEX ix_sessions_person_id ON sessions (person_id);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE TABLE ceremonies (
    digest BYTEA NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT,
    data JSONB NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ceremonies PRIMARY KEY (digest),
    CONSTRAINT fk_ceremonies_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE INDEX ix_ceremonies_expires_at ON ceremonies (expires_at);
CREATE TABLE totps (
    person_id TEXT NOT NULL,
    secret BYTEA NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    last_step BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_totps PRIMARY KEY (person_id),
    CONSTRAINT fk_totps_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE recovery_codes (
    person_id TEXT NOT NULL,
    digest BYTEA NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (person_id, digest),
    CONSTRAINT fk_recovery_codes_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE passkeys (
    id BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    sign_count BIGINT NOT NULL,
    name TEXT NOT NULL,
    transports TEXT[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_passkeys PRIMARY KEY (id),
    CONSTRAINT fk_passkeys_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE INDEX ix_passkeys_person_id ON passkeys (person_id);
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_identities PRIMARY KEY (issuer, subject),
    CONSTRAINT fk_identities_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE INDEX ix_identities_person_id ON identities (person_id);
CREATE TABLE throttles (
    key TEXT NOT NULL,
    failures INTEGER DEFAULT 0 NOT NULL,
    failed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_throttles PRIMARY KEY (key)
);
CREATE INDEX ix_throttles_failed_at ON throttles (failed_at);
"""

#: None of these is proof: what is over is deleted.
TABLES = "sessions, ceremonies, totps, recovery_codes, passkeys, identities, throttles"


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement.strip())
    role = context.config.attributes["app_role"]
    if role is not None:
        op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO "{role}"')
