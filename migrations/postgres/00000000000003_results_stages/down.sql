DROP TABLE results_release;
ALTER TABLE participation DROP COLUMN stage;
