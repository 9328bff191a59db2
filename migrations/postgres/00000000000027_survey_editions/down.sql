ALTER TABLE response DROP COLUMN edition;
ALTER TABLE survey DROP COLUMN edition;
DROP TABLE survey_edition;
