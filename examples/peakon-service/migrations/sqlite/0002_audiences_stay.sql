-- Who was stored without a word about `active` is answered what he has been all the time.
UPDATE resources
   SET document = json_set(document, '$.active', json(CASE active WHEN 0 THEN 'false' ELSE 'true' END))
 WHERE resource_type = 'User' AND document -> '$.active' IS NULL;

-- What an audience was stays what it was: the history of who is deleted is kept, with no more about him than his user name and the
-- two dates that decide.
CREATE TABLE former_employees (
    account    TEXT NOT NULL,
    id         TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    user_name  TEXT NOT NULL,
    starts_at  INTEGER,
    leaves_at  INTEGER,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- The same table without the reference that took the history along.
CREATE TABLE kept_activation_history (
    account      TEXT NOT NULL,
    employee_id  TEXT NOT NULL,
    active_from  INTEGER NOT NULL,
    active_until INTEGER
) STRICT;

INSERT INTO kept_activation_history SELECT account, employee_id, active_from, active_until FROM activation_history;
DROP TABLE activation_history;
ALTER TABLE kept_activation_history RENAME TO activation_history;

CREATE INDEX activation_history_by_employee ON activation_history (account, employee_id);
CREATE UNIQUE INDEX activation_history_open ON activation_history (account, employee_id) WHERE active_until IS NULL;
