-- The ids of before are gone with their receipts: each answer gets another one.
CREATE TABLE response_old (
    survey_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (slot),
    UNIQUE (id)
) STRICT;
INSERT INTO response_old (survey_id, slot, id, day, language, answers)
SELECT survey_id, row_number() OVER (ORDER BY survey_id, day, key), 'rsp_' || lower(hex(randomblob(16))), day, language, answers FROM response;
DROP TABLE response;
DROP TABLE once;
DROP TABLE response_day;
DROP TABLE receipt_before;
ALTER TABLE response_old RENAME TO response;
CREATE INDEX response_by_survey_id ON response (survey_id, slot);
