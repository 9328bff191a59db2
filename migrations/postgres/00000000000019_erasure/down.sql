ALTER TABLE person DROP COLUMN erased_at;
