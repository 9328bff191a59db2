ALTER TABLE instrument DROP COLUMN notes;
