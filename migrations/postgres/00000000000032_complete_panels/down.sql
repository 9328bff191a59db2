ALTER TABLE result_set DROP COLUMN panel;
