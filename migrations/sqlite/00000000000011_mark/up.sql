-- By what an answer that was sent under a `once` is known again, in its own row: one tree less to write. The
-- mark goes when its day is over and the answer is written anew. The one process that takes answers has the
-- marks in memory and reads them at its start, by this tree, which lies in the order of the rows.
ALTER TABLE response ADD COLUMN mark INTEGER;
CREATE INDEX response_by_mark ON response (survey_id, day, key, mark) WHERE mark IS NOT NULL;
UPDATE response SET mark = once.mark
FROM once WHERE response.survey_id = once.survey_id AND response.day = once.day AND response.key = once.key;
DROP TABLE once;
