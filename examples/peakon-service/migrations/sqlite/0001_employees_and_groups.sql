-- One row for each user and group. The document is the resource as it is answered, without what other tables hold: a user's
-- `groups` and `manager.displayName`, a group's `members`. The columns beside it are what requests look for.
-- Columns that end in `_key` hold the comparison key of scim-core: folded, where the attribute is not case-exact.
CREATE TABLE resources (
    sequence            INTEGER PRIMARY KEY AUTOINCREMENT,
    account             TEXT NOT NULL,
    resource_type       TEXT NOT NULL,
    id                  TEXT NOT NULL,
    version             TEXT NOT NULL,
    document            TEXT NOT NULL,
    display_name        TEXT,
    display_name_key    TEXT,
    user_name_key       TEXT,
    external_id_key     TEXT,
    employee_number_key TEXT,
    active              INTEGER NOT NULL,
    starts_at           INTEGER,
    leaves_at           INTEGER,
    UNIQUE (account, id),
    UNIQUE (account, resource_type, user_name_key)
) STRICT;

CREATE INDEX resources_in_order ON resources (account, resource_type, sequence);
CREATE INDEX resources_by_external_id ON resources (account, resource_type, external_id_key);
CREATE INDEX resources_by_display_name ON resources (account, resource_type, display_name_key);
CREATE INDEX resources_by_employee_number ON resources (account, employee_number_key);

-- Every e-mail address of an employee. The identifying one (the primary, else the one for work, else the first) is his alone.
CREATE TABLE employee_emails (
    account     TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    email_key   TEXT NOT NULL,
    identifying INTEGER NOT NULL,
    PRIMARY KEY (account, email_key, employee_id),
    FOREIGN KEY (account, employee_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX employee_emails_by_employee ON employee_emails (account, employee_id);
CREATE UNIQUE INDEX employee_emails_identifying ON employee_emails (account, email_key) WHERE identifying = 1;

-- Who refers to whom, and by which attribute: the manager, and the account's attributes of the kind "employee".
-- `value` is what the client wrote: while it stays the same, it goes on meaning the same employee.
CREATE TABLE employee_references (
    account     TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    path        TEXT NOT NULL,
    value       TEXT NOT NULL,
    target_id   TEXT NOT NULL,
    PRIMARY KEY (account, employee_id, path),
    FOREIGN KEY (account, employee_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX employee_references_by_target ON employee_references (account, target_id);

CREATE TABLE group_members (
    account   TEXT NOT NULL,
    group_id  TEXT NOT NULL,
    member_id TEXT NOT NULL,
    position  INTEGER NOT NULL,
    PRIMARY KEY (account, group_id, member_id),
    FOREIGN KEY (account, group_id) REFERENCES resources (account, id) ON DELETE CASCADE,
    FOREIGN KEY (account, member_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_member ON group_members (account, member_id);

-- When an employee was active: milliseconds since 1970, UTC, the end not included. An open interval has no end.
CREATE TABLE activation_history (
    account      TEXT NOT NULL,
    employee_id  TEXT NOT NULL,
    active_from  INTEGER NOT NULL,
    active_until INTEGER,
    FOREIGN KEY (account, employee_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT;

CREATE INDEX activation_history_by_employee ON activation_history (account, employee_id);
CREATE UNIQUE INDEX activation_history_open ON activation_history (account, employee_id) WHERE active_until IS NULL;
