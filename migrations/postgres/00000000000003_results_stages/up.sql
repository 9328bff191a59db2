-- How far the results of a participation have come decides who sees them.
ALTER TABLE participation ADD COLUMN stage TEXT NOT NULL DEFAULT 'assessing';

-- Results as they were when they were released; never changed.
CREATE TABLE results_release (
    participation_id TEXT NOT NULL REFERENCES participation (id),
    number INTEGER NOT NULL,
    released_at TIMESTAMP NOT NULL,
    released_by TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (participation_id, number)
);
