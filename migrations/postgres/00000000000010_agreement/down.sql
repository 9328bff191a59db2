DELETE FROM job WHERE kind = 'agreement';
DROP INDEX review_by_round_id;
CREATE INDEX review_by_round_id ON review (round_id);
DROP TABLE round_agreement;
