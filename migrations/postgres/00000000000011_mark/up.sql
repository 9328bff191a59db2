-- By what an answer that was sent under a `once` is known again, in its own row: one table less to write. It is
-- part of the key, so that the key's tree decides between processes that write the same; it goes when its day
-- is over and the answer is written anew.
ALTER TABLE response ADD COLUMN mark BIGINT;
UPDATE response SET mark = once.mark, key = once.mark & 9223372036854775807
FROM once WHERE response.survey_id = once.survey_id AND response.day = once.day AND response.key = once.key;
DROP TABLE once;
