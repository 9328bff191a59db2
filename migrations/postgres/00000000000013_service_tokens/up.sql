-- What people let programs do in their name, and until when. Only the hash of the token is kept; `use_cases` is a
-- list as JSON, empty where the program may read whatever its person may. A name is free again once its token ended.
CREATE TABLE service_token (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    access TEXT NOT NULL,
    use_cases TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_on DATE,
    revoked_at TIMESTAMP,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);

CREATE UNIQUE INDEX service_token_by_name ON service_token (person_id, name) WHERE revoked_at IS NULL;

CREATE INDEX service_token_by_person_id ON service_token (person_id, id);
