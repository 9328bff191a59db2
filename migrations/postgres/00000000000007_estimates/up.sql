-- What a survey's answers say, computed from one set of rows after it closed, and no finer than may be shown.
CREATE TABLE estimate_set (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    computed_at TIMESTAMP NOT NULL,
    responses BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    stands BOOLEAN NOT NULL,
    PRIMARY KEY (survey_id)
);

-- `n` is kept also where the estimate is withheld: whether it may move depends on it.
CREATE TABLE estimate (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    measure TEXT NOT NULL,
    domain TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value DOUBLE PRECISION,
    se DOUBLE PRECISION,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    n BIGINT NOT NULL,
    n_eff DOUBLE PRECISION,
    method TEXT,
    suppressed BOOLEAN NOT NULL,
    undefined TEXT,
    PRIMARY KEY (survey_id, measure, domain)
);

-- How many had answered by the end of a day, in all and in parts (a language), rounded down; nothing else is
-- said of an open survey.
CREATE TABLE survey_count (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    day DATE NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    responses BIGINT NOT NULL,
    PRIMARY KEY (survey_id, day, part, name)
);

-- Estimates of surveys that have ended, or will, are computed at once, or then.
INSERT INTO job (kind, key, state, due_at, attempts, done, todo, outcome, last_error, created_at)
SELECT 'estimates', survey.id, 'waiting',
    CASE WHEN survey.state = 'open' AND round.state <> 'closed' THEN survey.closes_at ELSE survey.created_at END,
    0, 0, 0, '', '', survey.created_at
FROM survey
JOIN participation ON participation.id = survey.participation_id
JOIN round ON round.id = participation.round_id
WHERE survey.state = 'closed' OR survey.state = 'open' AND (round.state = 'closed' OR survey.closes_at IS NOT NULL);
