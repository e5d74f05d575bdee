-- Filters, orders and pages are asked of the database. `comparison` is the resource as the texts by which it is compared
-- (scim_core::sql); what is often asked for has a column, filled by the database, and an index that begins with the account.
-- The documents of resources from before are made when the database is opened: see `comparisons`.
-- Tables are made anew here, and no foreign key is enforced meanwhile.
CREATE TABLE compared_resources (
    sequence              INTEGER PRIMARY KEY AUTOINCREMENT,
    account               TEXT NOT NULL,
    resource_type         TEXT NOT NULL,
    id                    TEXT NOT NULL,
    version               TEXT NOT NULL,
    document              TEXT NOT NULL,
    comparison            TEXT NOT NULL,
    display_name          TEXT,
    user_name             TEXT,
    active                INTEGER NOT NULL,
    starts_at             INTEGER,
    leaves_at             INTEGER,
    "user_name_key" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."userName"')) STORED,
    "external_id_key" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."externalId"')) STORED,
    "display_name_key" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."displayName"')) STORED,
    "employee_number_key" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"."employeeNumber"')) STORED,
    "manager_key" TEXT GENERATED ALWAYS AS (json_extract("comparison", '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"."manager"."value"')) STORED,
    UNIQUE (account, id)
) STRICT;

INSERT INTO compared_resources (sequence, account, resource_type, id, version, document, comparison,
                                display_name, user_name, active, starts_at, leaves_at)
SELECT sequence, account, resource_type, id, version, document, '{}',
       display_name, user_name, active, starts_at, leaves_at FROM resources;
-- Numbers of those who have gone are given to nobody else.
DELETE FROM sqlite_sequence WHERE name = 'compared_resources';
INSERT INTO sqlite_sequence (name, seq) SELECT 'compared_resources', seq FROM sqlite_sequence WHERE name = 'resources';
DROP TABLE resources;
ALTER TABLE compared_resources RENAME TO resources;

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
DROP TABLE employee_emails;
CREATE TABLE employee_emails (
    account     TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    position    INTEGER NOT NULL,
    entry       TEXT NOT NULL,
    identifying INTEGER NOT NULL,
    "email_key" TEXT GENERATED ALWAYS AS (json_extract("entry", '$."value"')) STORED,
    PRIMARY KEY (account, employee_id, position),
    FOREIGN KEY (account, employee_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX employee_emails_by_key ON employee_emails (account, email_key, employee_id);
CREATE UNIQUE INDEX employee_emails_identifying ON employee_emails (account, email_key) WHERE identifying = 1;

-- What filters see of a member beside his id: that he is there.
ALTER TABLE group_members ADD COLUMN entry TEXT NOT NULL DEFAULT '{}';
CREATE INDEX group_members_in_order ON group_members (account, group_id, position);

-- The form in which the comparison documents of an account are, and the attributes they are made by.
CREATE TABLE comparisons (
    account     TEXT PRIMARY KEY NOT NULL,
    format      INTEGER NOT NULL,
    definitions TEXT NOT NULL
) STRICT, WITHOUT ROWID;
