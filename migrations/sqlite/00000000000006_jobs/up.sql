-- Work behind requests: claimed with a lease, tried again, kept with its outcome.
CREATE TABLE job (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TEXT NOT NULL,
    again_at TEXT,
    lease_until TEXT,
    attempts INTEGER NOT NULL,
    done INTEGER NOT NULL,
    todo INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    last_error TEXT NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    PRIMARY KEY (kind, key)
) STRICT;
CREATE INDEX job_by_due ON job (state, due_at);
