-- What processes counted of a survey on a day, without any respondent: pages that were reached, answers that came in
-- crowds.
CREATE TABLE survey_daily (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    day TEXT NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (survey_id, day, part, name)
) STRICT;

-- What a closed survey's responses look like, no finer than it may be shown; computed with its estimates.
CREATE TABLE survey_figure (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    base INTEGER,
    count INTEGER,
    PRIMARY KEY (survey_id, part, name)
) STRICT;

-- Shares that a census gives, as a coordinator typed them.
CREATE TABLE survey_share (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    share REAL NOT NULL,
    PRIMARY KEY (survey_id, part, name)
) STRICT;
