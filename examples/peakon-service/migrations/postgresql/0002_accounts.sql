-- The accounts of the survey service. Whatever else there is belongs to one of them, by its id.
-- `revision` moves with every change of what the account is: its attributes and its settings, which are JSON.
CREATE TABLE accounts (
    id         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    revision   BIGINT NOT NULL,
    settings   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

-- Bearer tokens: never the token, only its SHA-256 hash, as hexadecimal digits. `prefix` is the part of it that is looked up; the
-- rest is compared in constant time.
CREATE TABLE tokens (
    id          TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    account     TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label       TEXT COLLATE "C" NOT NULL,
    prefix      TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT
);

CREATE INDEX tokens_by_prefix ON tokens (prefix);
CREATE INDEX tokens_by_account ON tokens (account);

-- The attributes that an account has defined for its employees, in the order in which they are shown. `name_key` is the name as
-- names are compared. A retired attribute is in no schema; its values wait in `retired_values`, as JSON, each with the id of the
-- employee whom it means, if its attribute is of the kind "employee".
CREATE TABLE attributes (
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name_key   TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    position   BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (account, name_key)
);

CREATE TABLE retired_values (
    account     TEXT COLLATE "C" NOT NULL,
    name_key    TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    target_id   TEXT COLLATE "C",
    PRIMARY KEY (account, name_key, resource_id),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
);

CREATE INDEX retired_values_by_resource ON retired_values (account, resource_id);
CREATE INDEX retired_values_by_target ON retired_values (account, target_id);

-- Who may open the administration page of an account. The password is kept as Argon2id hash.
CREATE TABLE administrators (
    login         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    account       TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL
);

-- Who is logged in. The cookie's secret is kept as SHA-256 hash. A session expires when it is not used, and ends in any case.
CREATE TABLE sessions (
    fingerprint TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    login       TEXT COLLATE "C" NOT NULL REFERENCES administrators (login) ON DELETE CASCADE,
    expires_at  BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL
);

-- The last requests of an account, without anything about anybody. `token` is the id of one, `scim_type` the keyword of a refusal.
CREATE TABLE requests (
    sequence     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account      TEXT COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    request_id   TEXT COLLATE "C" NOT NULL,
    token        TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    method       TEXT COLLATE "C" NOT NULL,
    route        TEXT COLLATE "C" NOT NULL,
    status       BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    scim_type    TEXT COLLATE "C"
);

CREATE INDEX requests_by_account ON requests (account, sequence);
