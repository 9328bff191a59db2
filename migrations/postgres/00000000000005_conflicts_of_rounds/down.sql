DELETE FROM conflict WHERE round_id IS NOT NULL;
DROP INDEX conflict_once;
ALTER TABLE conflict DROP COLUMN round_id;
ALTER TABLE conflict ADD UNIQUE (person_id, city_id, kind);
