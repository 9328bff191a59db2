ALTER TABLE invitation DROP COLUMN written;
