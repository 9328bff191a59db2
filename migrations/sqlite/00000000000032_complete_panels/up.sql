-- Whose reviews the panel had of which results were assembled, where it was complete; until they are assembled again
-- it counts as incomplete, so that its city does not see it.
ALTER TABLE result_set ADD COLUMN panel TEXT;
