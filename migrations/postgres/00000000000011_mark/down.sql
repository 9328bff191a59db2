CREATE TABLE once (
    survey_id TEXT NOT NULL,
    day DATE NOT NULL,
    mark BIGINT NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (survey_id, day, mark)
);
INSERT INTO once (survey_id, day, mark, key) SELECT survey_id, day, mark, key FROM response WHERE mark IS NOT NULL;
ALTER TABLE response DROP COLUMN mark;
