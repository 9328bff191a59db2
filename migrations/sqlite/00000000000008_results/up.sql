-- A participation's results as they were last assembled, with where each came from.
CREATE TABLE result_set (
    participation_id TEXT NOT NULL REFERENCES participation (id) ON DELETE CASCADE,
    computed_at TEXT NOT NULL,
    framework_id TEXT NOT NULL,
    submission_id TEXT,
    rubric_id TEXT,
    PRIMARY KEY (participation_id)
) STRICT;

-- `origin` is the statistic's own source or the survey's id, `origin_at` when the survey's estimates were
-- computed.
CREATE TABLE result (
    participation_id TEXT NOT NULL REFERENCES participation (id) ON DELETE CASCADE,
    measure TEXT NOT NULL,
    state TEXT,
    value REAL,
    low REAL,
    high REAL,
    n INTEGER,
    year INTEGER,
    origin TEXT NOT NULL,
    origin_at TEXT,
    because TEXT,
    PRIMARY KEY (participation_id, measure)
) STRICT;

-- They are assembled for the first time after the start.
INSERT INTO job (kind, key, state, due_at, attempts, done, todo, outcome, last_error, created_at)
SELECT 'results', id, 'waiting', created_at, 0, 0, 0, '', '', created_at FROM participation;
