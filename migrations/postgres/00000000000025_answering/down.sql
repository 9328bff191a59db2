DROP TABLE visit_ended;
DROP TABLE response_draft;
ALTER TABLE survey DROP COLUMN contact;
