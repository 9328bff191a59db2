ALTER TABLE result DROP COLUMN passed_over;
ALTER TABLE result DROP COLUMN chosen;
ALTER TABLE result DROP COLUMN mode;
DROP TABLE survey_reliance;
