-- A survey whose words were corrected while it is answered: which questionnaire is answered from which day on. Days
-- alone, so that an answer's edition tells no more than its day does.
CREATE TABLE survey_edition (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    edition INTEGER NOT NULL,
    instrument_id TEXT NOT NULL REFERENCES instrument (id),
    since DATE,
    PRIMARY KEY (survey_id, edition)
);

INSERT INTO survey_edition (survey_id, edition, instrument_id, since) SELECT id, 1, instrument_id, NULL FROM survey;

-- The newest edition of a survey, and the one that an answer was given to.
ALTER TABLE survey ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
ALTER TABLE response ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
