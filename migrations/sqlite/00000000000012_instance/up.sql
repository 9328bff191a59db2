-- What belongs to this database: so far the fingerprint of its secret.
CREATE TABLE instance (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
) STRICT;
