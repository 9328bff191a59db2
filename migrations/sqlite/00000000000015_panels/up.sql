-- A panel goes on when a report is submitted again: its reviews and cases go with it. A rating counts from
-- when its review is submitted, and says on which submission it was given.
ALTER TABLE rating ADD COLUMN given_on TEXT REFERENCES submission (id);
UPDATE rating SET given_on = (SELECT review.submission_id FROM review WHERE review.id = rating.review_id)
WHERE review_id IN (SELECT id FROM review WHERE state = 'submitted');
-- Why a review was set aside, by whom and when: JSON, empty where it was not.
ALTER TABLE review ADD COLUMN aside TEXT NOT NULL DEFAULT '';

-- What was rated, or begun, of a section that the city has changed since; `submission_id` is the last
-- submission with the section as it was. `given_on` is empty where it was a draft.
CREATE TABLE rating_before (
    review_id TEXT NOT NULL REFERENCES review (id),
    measure TEXT NOT NULL,
    submission_id TEXT NOT NULL REFERENCES submission (id),
    given_on TEXT REFERENCES submission (id),
    level INTEGER,
    cannot_judge INTEGER NOT NULL,
    comment TEXT NOT NULL,
    evidence_pointer TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (review_id, measure, submission_id)
) STRICT;

-- Panels that were left on an earlier submission: where the report was submitted again without any change,
-- and where an expert was still at work, they belong to the newest.
CREATE TEMPORARY TABLE left_behind AS
SELECT old.id AS old_id, new.id AS new_id, old.content_hash = new.content_hash AS same
FROM submission old JOIN submission new ON new.report_id = old.report_id
WHERE new.number = (SELECT max(number) FROM submission s WHERE s.report_id = old.report_id) AND old.number = new.number - 1;
UPDATE review SET submission_id = (SELECT new_id FROM left_behind WHERE old_id = review.submission_id)
WHERE submission_id IN (SELECT old_id FROM left_behind)
AND (state <> 'submitted' OR submission_id IN (SELECT old_id FROM left_behind WHERE same))
AND NOT EXISTS (SELECT 1 FROM review other JOIN left_behind ON new_id = other.submission_id
    WHERE old_id = review.submission_id AND other.person_id = review.person_id);
UPDATE disagreement SET submission_id = (SELECT new_id FROM left_behind WHERE old_id = disagreement.submission_id)
WHERE submission_id IN (SELECT old_id FROM left_behind WHERE same)
AND NOT EXISTS (SELECT 1 FROM disagreement other JOIN left_behind ON new_id = other.submission_id
    WHERE old_id = disagreement.submission_id AND other.measure = disagreement.measure);
-- What is on an earlier submission still is past.
UPDATE disagreement SET state = 'lapsed' WHERE state <> 'resolved' AND submission_id IN
(SELECT old.id FROM submission old JOIN submission new ON new.report_id = old.report_id AND new.number > old.number);
UPDATE review SET state = 'set_aside' WHERE state IN ('invited', 'accepted', 'submitted') AND submission_id IN
(SELECT old.id FROM submission old JOIN submission new ON new.report_id = old.report_id AND new.number > old.number);
DROP TABLE left_behind;
