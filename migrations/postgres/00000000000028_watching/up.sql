-- What processes counted of a survey on a day, without any respondent: pages that were reached, answers that came in
-- crowds.
CREATE TABLE survey_daily (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    day DATE NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (survey_id, day, part, name)
);

-- What a closed survey's responses look like, no finer than it may be shown; computed with its estimates.
CREATE TABLE survey_figure (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    base BIGINT,
    count BIGINT,
    PRIMARY KEY (survey_id, part, name)
);

-- Shares that a census gives, as a coordinator typed them.
CREATE TABLE survey_share (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    share DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (survey_id, part, name)
);
