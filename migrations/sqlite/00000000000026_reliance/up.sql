-- Whether a survey's estimates count for the results of its city: decisions, the newest of which holds. Without one
-- an open link does not, any other survey does.
CREATE TABLE survey_reliance (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    number INTEGER NOT NULL,
    relied_on INTEGER NOT NULL,
    reason TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    PRIMARY KEY (survey_id, number)
) STRICT;

-- What counted until now goes on counting.
INSERT INTO survey_reliance (survey_id, number, relied_on, reason, decided_at, decided_by)
SELECT id, 1, 1, '', created_at, 'stoa' FROM survey WHERE mode = 'open_link';

-- From which kind of survey a value is, whether somebody chose that it counts, and how many others it stands before.
ALTER TABLE result ADD COLUMN mode TEXT;
ALTER TABLE result ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0;
