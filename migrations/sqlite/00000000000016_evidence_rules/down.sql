ALTER TABLE evidence DROP COLUMN rules;
ALTER TABLE evidence DROP COLUMN taken_out;
