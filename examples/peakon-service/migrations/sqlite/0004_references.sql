-- An attribute may refer to several resources, where an account has resource types of its own. A reference goes with whom it is of;
-- one by an attribute of another type than employee is by id.
CREATE TABLE resource_references (
    account     TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    path        TEXT NOT NULL,
    value       TEXT NOT NULL,
    target_id   TEXT NOT NULL,
    PRIMARY KEY (account, resource_id, path, target_id),
    FOREIGN KEY (account, resource_id) REFERENCES resources (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO resource_references SELECT account, employee_id, path, value, target_id FROM employee_references;
DROP TABLE employee_references;
CREATE INDEX resource_references_by_target ON resource_references (account, target_id);
