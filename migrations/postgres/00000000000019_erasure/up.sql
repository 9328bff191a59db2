-- When somebody's account was erased: no way in is left, and name and address go as soon as the last mail went out.
ALTER TABLE person ADD COLUMN erased_at TIMESTAMP;
