-- Work behind requests: claimed with a lease, tried again, kept with its outcome.
CREATE TABLE job (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TIMESTAMP NOT NULL,
    again_at TIMESTAMP,
    lease_until TIMESTAMP,
    attempts INTEGER NOT NULL,
    done BIGINT NOT NULL,
    todo BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    last_error TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP,
    finished_at TIMESTAMP,
    PRIMARY KEY (kind, key)
);
CREATE INDEX job_by_due ON job (state, due_at);
