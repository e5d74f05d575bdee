-- SQLite has this function: the elements of a JSON array, counted from 0. With it the statements are the same for both databases.
CREATE FUNCTION json_each(document TEXT) RETURNS TABLE (key BIGINT, value TEXT) LANGUAGE sql IMMUTABLE AS $$
    SELECT numbered.number - 1, numbered.element #>> '{}'
      FROM jsonb_array_elements(CAST(document AS JSONB)) WITH ORDINALITY AS numbered (element, number)
$$;

-- One row for each user and group. The document is the resource as it is answered, without what other tables hold: a user's
-- `groups` and `manager.displayName`, a group's `members`. `comparison` is the resource as the texts by which it is compared
-- (scim_core::sql); what is often asked for has a column, filled by the database, and an index that begins with the account.
CREATE TABLE resources (
    sequence              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account               TEXT COLLATE "C" NOT NULL,
    resource_type         TEXT COLLATE "C" NOT NULL,
    id                    TEXT COLLATE "C" NOT NULL,
    version               TEXT COLLATE "C" NOT NULL,
    document              TEXT COLLATE "C" NOT NULL,
    comparison            JSONB NOT NULL,
    display_name          TEXT COLLATE "C",
    user_name             TEXT COLLATE "C",
    active                BIGINT NOT NULL,
    starts_at             BIGINT,
    leaves_at             BIGINT,
    "user_name_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("comparison" ->> 'userName') COLLATE "C") STORED,
    "external_id_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("comparison" ->> 'externalId') COLLATE "C") STORED,
    "display_name_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("comparison" ->> 'displayName') COLLATE "C") STORED,
    "employee_number_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("comparison" -> 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' ->> 'employeeNumber') COLLATE "C") STORED,
    "manager_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("comparison" -> 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' -> 'manager' ->> 'value') COLLATE "C") STORED,
    UNIQUE (account, id)
);

CREATE INDEX resources_in_order ON resources (account, resource_type, id);
CREATE INDEX resources_by_user_name ON resources (account, resource_type, user_name_key, id);
CREATE INDEX resources_by_external_id ON resources (account, resource_type, external_id_key, id);
CREATE INDEX resources_by_display_name ON resources (account, resource_type, display_name_key, id);
CREATE INDEX resources_by_employee_number ON resources (account, resource_type, employee_number_key, id);
CREATE INDEX resources_by_manager ON resources (account, resource_type, manager_key, id);
-- Employees of all accounts are counted in it.
CREATE INDEX resources_by_activity ON resources (account, resource_type, active);

-- Every e-mail address of an employee. The identifying one (the primary, else the one for work, else the first) is his alone.
-- `entry` is the address as it is compared.
CREATE TABLE employee_emails (
    account     TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    position    BIGINT NOT NULL,
    entry       JSONB NOT NULL,
    identifying BIGINT NOT NULL,
    "email_key" TEXT COLLATE "C" GENERATED ALWAYS AS (("entry" ->> 'value') COLLATE "C") STORED,
    PRIMARY KEY (account, employee_id, position),
    FOREIGN KEY (account, employee_id) REFERENCES resources (account, id) ON DELETE CASCADE
);

CREATE INDEX employee_emails_by_key ON employee_emails (account, email_key, employee_id);
CREATE UNIQUE INDEX employee_emails_identifying ON employee_emails (account, email_key) WHERE identifying = 1;

-- What may belong to one resource of its type only, for every attribute whose schema says so.
CREATE TABLE unique_values (
    account       TEXT COLLATE "C" NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    path          TEXT COLLATE "C" NOT NULL,
    key           TEXT COLLATE "C" NOT NULL,
    resource_id   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, resource_type, path, key),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
);

CREATE INDEX unique_values_by_resource ON unique_values (account, resource_id);

-- Who refers to whom, and by which attribute: the manager, the account's attributes of the kind "employee", and the references of
-- further resource types. `value` is what the client wrote: while it stays the same, it goes on meaning the same employee.
CREATE TABLE resource_references (
    account     TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    target_id   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, resource_id, path, target_id),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
);

CREATE INDEX resource_references_by_target ON resource_references (account, target_id);

-- `sent` is the entry of a member who does not exist, as it came.
CREATE TABLE group_members (
    account   TEXT COLLATE "C" NOT NULL,
    group_id  TEXT COLLATE "C" NOT NULL,
    member_id TEXT COLLATE "C" NOT NULL,
    position  BIGINT NOT NULL,
    sent      TEXT COLLATE "C",
    -- What filters see of a member beside his id: that he is there.
    entry     JSONB NOT NULL DEFAULT '{}',
    PRIMARY KEY (account, group_id, member_id),
    FOREIGN KEY (account, group_id) REFERENCES resources (account, id) ON DELETE CASCADE
);

CREATE INDEX group_members_by_member ON group_members (account, member_id, group_id);
CREATE INDEX group_members_in_order ON group_members (account, group_id, position);

-- When an employee was active: milliseconds since 1970, UTC, the end not included. An open interval has no end.
CREATE TABLE activation_history (
    account      TEXT COLLATE "C" NOT NULL,
    employee_id  TEXT COLLATE "C" NOT NULL,
    active_from  BIGINT NOT NULL,
    active_until BIGINT
);

CREATE INDEX activation_history_by_employee ON activation_history (account, employee_id);
CREATE UNIQUE INDEX activation_history_open ON activation_history (account, employee_id) WHERE active_until IS NULL;

-- What an audience was stays what it was: the history of who is deleted is kept, with no more about him than his user name and the
-- two dates that decide.
CREATE TABLE former_employees (
    account   TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    sequence  BIGINT NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    starts_at BIGINT,
    leaves_at BIGINT,
    PRIMARY KEY (account, id)
);

-- Keys that the service has drawn for itself.
CREATE TABLE secrets (
    name  TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    value BYTEA NOT NULL
);

-- The form in which the comparison documents of an account are, and the attributes they are made by.
CREATE TABLE comparisons (
    account     TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    format      BIGINT NOT NULL,
    definitions TEXT COLLATE "C" NOT NULL
);
