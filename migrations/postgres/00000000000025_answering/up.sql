-- Whom citizens may ask about a survey; empty where the instance answers.
ALTER TABLE survey ADD COLUMN contact TEXT NOT NULL DEFAULT '';

-- What somebody has half answered, sealed under a code of their own, which stands nowhere here. The day is the last
-- on which they kept it.
CREATE TABLE response_draft (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    code_hash TEXT NOT NULL,
    kib INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (survey_id, code_hash)
);

CREATE INDEX response_draft_by_day ON response_draft (day);
CREATE INDEX response_draft_by_size ON response_draft (survey_id, kib);

-- Visits at a device that many share which are over: their pages show nothing any more to whoever comes next.
CREATE TABLE visit_ended (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    mark BIGINT NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (survey_id, mark)
);

CREATE INDEX visit_ended_by_day ON visit_ended (day);
