-- The accounts of the survey service. Whatever else there is belongs to one of them, by its id.
-- `revision` moves with every change of what the account is: its attributes and its settings, which are JSON.
CREATE TABLE accounts (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    settings   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bearer tokens: never the token, only its SHA-256 hash, as hexadecimal digits. `prefix` is the part of it that is looked up; the
-- rest is compared in constant time.
CREATE TABLE tokens (
    id          TEXT PRIMARY KEY NOT NULL,
    account     TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label       TEXT NOT NULL,
    prefix      TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_prefix ON tokens (prefix);
CREATE INDEX tokens_by_account ON tokens (account);

-- The attributes that an account has defined for its employees, in the order in which they are shown. `name_key` is the name as
-- names are compared. A retired attribute is in no schema; its values wait in `retired_values`, as JSON, each with the id of the
-- employee whom it means, if its attribute is of the kind "employee".
CREATE TABLE attributes (
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name_key   TEXT NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    retired_at INTEGER,
    PRIMARY KEY (account, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE retired_values (
    account     TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    value       TEXT NOT NULL,
    target_id   TEXT,
    PRIMARY KEY (account, name_key, resource_id),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX retired_values_by_resource ON retired_values (account, resource_id);
CREATE INDEX retired_values_by_target ON retired_values (account, target_id);

-- Who may open the administration page of an account. The password is kept as Argon2id hash.
CREATE TABLE administrators (
    login         TEXT PRIMARY KEY NOT NULL,
    account       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is logged in. The cookie's secret is kept as SHA-256 hash. A session expires when it is not used, and ends in any case.
CREATE TABLE sessions (
    fingerprint TEXT PRIMARY KEY NOT NULL,
    login       TEXT NOT NULL REFERENCES administrators (login) ON DELETE CASCADE,
    expires_at  INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last requests of an account, without anything about anybody. `token` is the id of one, `scim_type` the keyword of a refusal.
CREATE TABLE requests (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    account      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    request_id   TEXT NOT NULL,
    token        TEXT NOT NULL,
    at           INTEGER NOT NULL,
    method       TEXT NOT NULL,
    route        TEXT NOT NULL,
    status       INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    scim_type    TEXT
) STRICT;

CREATE INDEX requests_by_account ON requests (account, sequence);

-- What a history needs when its employee has gone.
ALTER TABLE resources ADD COLUMN user_name TEXT;
UPDATE resources SET user_name = document ->> 'userName';
