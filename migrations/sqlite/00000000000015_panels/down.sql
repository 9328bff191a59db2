DROP TABLE rating_before;
UPDATE review SET state = 'submitted' WHERE state = 'set_aside';
UPDATE disagreement SET state = 'open' WHERE state = 'lapsed';
ALTER TABLE review DROP COLUMN aside;
-- SQLite drops no column that refers to another table, so the table is made anew.
CREATE TABLE rating_new (
    review_id TEXT NOT NULL REFERENCES review (id),
    measure TEXT NOT NULL,
    level INTEGER,
    cannot_judge INTEGER NOT NULL,
    comment TEXT NOT NULL,
    evidence_pointer TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (review_id, measure)
) STRICT;
INSERT INTO rating_new SELECT review_id, measure, level, cannot_judge, comment, evidence_pointer, version, updated_at FROM rating;
DROP TABLE rating;
ALTER TABLE rating_new RENAME TO rating;
