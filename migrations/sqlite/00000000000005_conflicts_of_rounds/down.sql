DELETE FROM conflict WHERE round_id IS NOT NULL;
DROP INDEX conflict_once;
CREATE TABLE conflict_new (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person_id, city_id, kind)
) STRICT;
INSERT INTO conflict_new (id, person_id, city_id, kind, source, note, state, created_at) SELECT id, person_id, city_id, kind, source, note, state, created_at FROM conflict;
DROP TABLE conflict;
ALTER TABLE conflict_new RENAME TO conflict;
CREATE INDEX conflict_by_city_id ON conflict (city_id);
