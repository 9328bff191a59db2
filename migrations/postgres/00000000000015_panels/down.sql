DROP TABLE rating_before;
UPDATE review SET state = 'submitted' WHERE state = 'set_aside';
UPDATE disagreement SET state = 'open' WHERE state = 'lapsed';
ALTER TABLE review DROP COLUMN aside;
ALTER TABLE rating DROP COLUMN given_on;
