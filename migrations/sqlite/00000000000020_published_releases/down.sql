ALTER TABLE results_release DROP COLUMN published_at;
