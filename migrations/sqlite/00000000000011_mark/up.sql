-- By what an answer that was sent under a `once` is known again, in its own row: one tree less to write. The
-- mark goes when its day is over and the answer is written anew.
ALTER TABLE response ADD COLUMN mark INTEGER;
CREATE UNIQUE INDEX response_by_mark ON response (survey_id, mark) WHERE mark IS NOT NULL;
UPDATE response SET mark = once.mark
FROM once WHERE response.survey_id = once.survey_id AND response.day = once.day AND response.key = once.key
    -- Around midnight the same may have been kept on both days.
    AND NOT EXISTS (SELECT 1 FROM once AS former WHERE former.survey_id = once.survey_id AND former.mark = once.mark AND former.day < once.day);
DROP TABLE once;
