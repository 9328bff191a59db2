-- What was taken out of a file before it was kept, and by which rules it was looked into: 0 for files that
-- came before there were any. Those are looked into when they leave.
ALTER TABLE evidence ADD COLUMN taken_out TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;
