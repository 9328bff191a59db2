-- A conflict of interest may be set or dismissed for one round only. Those there are hold for all.
ALTER TABLE conflict ADD COLUMN round_id TEXT REFERENCES round (id);
ALTER TABLE conflict DROP CONSTRAINT conflict_person_id_city_id_kind_key;
CREATE UNIQUE INDEX conflict_once ON conflict (person_id, city_id, kind, coalesce(round_id, ''));
