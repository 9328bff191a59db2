-- Answers lie by survey and day. Within the day their keys are random and tell nothing: as they came, keys
-- from 0 on, those of one moment beside each other; once the day is over all of it is written anew under
-- keys below 0.
CREATE TABLE response_new (
    -- Surveys are never deleted, and a transaction that adds responses asks for them once; a reference
    -- would ask again for each row.
    survey_id TEXT NOT NULL,
    day DATE NOT NULL,
    key BIGINT NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (survey_id, day, key)
);

-- What was sent under a `once`, by the first bits of its MAC, and where it lies: until its day is over.
CREATE TABLE once (
    survey_id TEXT NOT NULL,
    day DATE NOT NULL,
    mark BIGINT NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (survey_id, day, mark)
);

-- Days whose answers lie as they came.
CREATE TABLE response_day (
    survey_id TEXT NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (survey_id, day)
);

-- Receipts that were given until now: the first 50 bits of an id. Later ones are signed, and not kept.
CREATE TABLE receipt_before (
    survey_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (survey_id, number)
);

INSERT INTO response_new (survey_id, day, key, language, answers)
SELECT survey_id, day, -1 - slot, language, answers FROM response ORDER BY survey_id, day, slot DESC;

-- The first 16 digits of an id as a number. Its day may still go on: the same answers may come again.
INSERT INTO once (survey_id, day, mark, key)
SELECT survey_id, day, ('x' || substr(id, 5, 16))::bit(64)::bigint, -1 - slot
FROM response WHERE day >= (SELECT max(day) - 2 FROM response) ORDER BY survey_id, 3
ON CONFLICT DO NOTHING;
INSERT INTO response_day (survey_id, day) SELECT DISTINCT survey_id, day FROM once;
INSERT INTO receipt_before (survey_id, number, day)
SELECT survey_id, (('x' || substr(id, 5, 16))::bit(64)::bigint >> 14) & 1125899906842623, day FROM response ORDER BY 1, 2
ON CONFLICT DO NOTHING;

DROP TABLE response;
ALTER TABLE response_new RENAME TO response;
