CREATE TABLE once (
    survey_id TEXT NOT NULL,
    day TEXT NOT NULL,
    mark INTEGER NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (survey_id, day, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO once (survey_id, day, mark, key) SELECT survey_id, day, mark, key FROM response WHERE mark IS NOT NULL;
DROP INDEX response_by_mark;
ALTER TABLE response DROP COLUMN mark;
