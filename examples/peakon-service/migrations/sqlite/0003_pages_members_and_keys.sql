-- Pages are in the order of the ids.
DROP INDEX resources_in_order;
CREATE INDEX resources_in_order ON resources (account, resource_type, id);
DROP INDEX resources_by_employee_number;
CREATE INDEX resources_by_employee_number ON resources (account, resource_type, employee_number_key);

-- What may belong to one resource of its type only, for every attribute whose schema says so.
CREATE TABLE unique_values (
    account       TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    path          TEXT NOT NULL,
    key           TEXT NOT NULL,
    resource_id   TEXT NOT NULL,
    PRIMARY KEY (account, resource_type, path, key),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX unique_values_by_resource ON unique_values (account, resource_id);
INSERT INTO unique_values SELECT account, resource_type, 'userName', user_name_key, id FROM resources
 WHERE resource_type = 'User' AND user_name_key IS NOT NULL;

-- The same table for members who do not exist, too, where the account keeps them. `sent` is such an entry as it came.
CREATE TABLE kept_group_members (
    account   TEXT NOT NULL,
    group_id  TEXT NOT NULL,
    member_id TEXT NOT NULL,
    position  INTEGER NOT NULL,
    sent      TEXT,
    PRIMARY KEY (account, group_id, member_id),
    FOREIGN KEY (account, group_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO kept_group_members SELECT account, group_id, member_id, position, NULL FROM group_members;
DROP TABLE group_members;
ALTER TABLE kept_group_members RENAME TO group_members;
CREATE INDEX group_members_by_member ON group_members (account, member_id);

-- Keys that the service has drawn for itself.
CREATE TABLE secrets (
    name  TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
