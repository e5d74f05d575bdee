-- What an attribute was called before it was renamed, so that a file that still calls it so does not make another one. The attribute is
-- known by its position, which never changes. A name that several have had means the one that had it last.
CREATE TABLE former_names (
    account  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (account, name_key)
) STRICT, WITHOUT ROWID;
