-- A conflict of interest may be set or dismissed for one round only. Those there are hold for all.
-- SQLite changes no constraint of a table that is there, so the table is made anew.
CREATE TABLE conflict_new (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    round_id TEXT REFERENCES round (id),
    PRIMARY KEY (id)
) STRICT;
INSERT INTO conflict_new (id, person_id, city_id, kind, source, note, state, created_at) SELECT id, person_id, city_id, kind, source, note, state, created_at FROM conflict;
DROP TABLE conflict;
ALTER TABLE conflict_new RENAME TO conflict;
CREATE INDEX conflict_by_city_id ON conflict (city_id);
CREATE UNIQUE INDEX conflict_once ON conflict (person_id, city_id, kind, coalesce(round_id, ''));
