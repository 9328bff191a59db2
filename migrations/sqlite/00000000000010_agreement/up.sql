-- The agreement of a round's experts as it was last computed: JSON, as it is shown.
CREATE TABLE round_agreement (
    round_id TEXT NOT NULL REFERENCES round (id),
    computed_at TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (round_id)
) STRICT;

-- Seats are counted over a whole round, per report and per expert, without reading the reviews.
DROP INDEX review_by_round_id;
CREATE INDEX review_by_round_id ON review (round_id, kind, state, submission_id, person_id);

-- It is computed for the first time after the start.
INSERT INTO job (kind, key, state, due_at, attempts, done, todo, outcome, last_error, created_at)
SELECT 'agreement', id, 'waiting', created_at, 0, 0, 0, '', '', created_at
FROM round WHERE EXISTS (SELECT 1 FROM review WHERE review.round_id = round.id);
