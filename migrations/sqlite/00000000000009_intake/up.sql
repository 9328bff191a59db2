-- Answers lie by survey and day. Within the day their keys are random and tell nothing: as they came, keys
-- from 0 on, those of one moment beside each other; once the day is over all of it is written anew under
-- keys below 0.
CREATE TABLE response_new (
    -- Surveys are never deleted, and a transaction that adds responses asks for them once; a reference
    -- would ask again for each row.
    survey_id TEXT NOT NULL,
    day TEXT NOT NULL,
    key INTEGER NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (survey_id, day, key)
) STRICT, WITHOUT ROWID;

-- What was sent under a `once`, by the first bits of its MAC, and where it lies: until its day is over.
CREATE TABLE once (
    survey_id TEXT NOT NULL,
    day TEXT NOT NULL,
    mark INTEGER NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (survey_id, day, mark)
) STRICT, WITHOUT ROWID;

-- Days whose answers lie as they came.
CREATE TABLE response_day (
    survey_id TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (survey_id, day)
) STRICT, WITHOUT ROWID;

-- Receipts that were given until now: the first 50 bits of an id. Later ones are signed, and not kept.
CREATE TABLE receipt_before (
    survey_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (survey_id, number)
) STRICT, WITHOUT ROWID;

INSERT INTO response_new (survey_id, day, key, language, answers)
SELECT survey_id, day, -1 - slot, language, answers FROM response ORDER BY survey_id, day, slot DESC;

-- The first 16 digits of an id as a number. Its day may still go on: the same answers may come again.
CREATE TEMPORARY TABLE bits AS
SELECT survey_id, day, slot,
    ((instr('0123456789abcdef', substr(id, 5, 1)) - 1) << 60) | ((instr('0123456789abcdef', substr(id, 6, 1)) - 1) << 56)
    | ((instr('0123456789abcdef', substr(id, 7, 1)) - 1) << 52) | ((instr('0123456789abcdef', substr(id, 8, 1)) - 1) << 48)
    | ((instr('0123456789abcdef', substr(id, 9, 1)) - 1) << 44) | ((instr('0123456789abcdef', substr(id, 10, 1)) - 1) << 40)
    | ((instr('0123456789abcdef', substr(id, 11, 1)) - 1) << 36) | ((instr('0123456789abcdef', substr(id, 12, 1)) - 1) << 32)
    | ((instr('0123456789abcdef', substr(id, 13, 1)) - 1) << 28) | ((instr('0123456789abcdef', substr(id, 14, 1)) - 1) << 24)
    | ((instr('0123456789abcdef', substr(id, 15, 1)) - 1) << 20) | ((instr('0123456789abcdef', substr(id, 16, 1)) - 1) << 16)
    | ((instr('0123456789abcdef', substr(id, 17, 1)) - 1) << 12) | ((instr('0123456789abcdef', substr(id, 18, 1)) - 1) << 8)
    | ((instr('0123456789abcdef', substr(id, 19, 1)) - 1) << 4) | (instr('0123456789abcdef', substr(id, 20, 1)) - 1) AS first
FROM response;
INSERT OR IGNORE INTO once (survey_id, day, mark, key)
SELECT survey_id, day, first, -1 - slot FROM bits WHERE day >= (SELECT date(max(day), '-2 days') FROM response) ORDER BY survey_id, first;
INSERT INTO response_day (survey_id, day) SELECT DISTINCT survey_id, day FROM once;
INSERT OR IGNORE INTO receipt_before (survey_id, number, day)
SELECT survey_id, (first >> 14) & 1125899906842623 AS number, day FROM bits ORDER BY survey_id, number;
DROP TABLE bits;

DROP TABLE response;
ALTER TABLE response_new RENAME TO response;
