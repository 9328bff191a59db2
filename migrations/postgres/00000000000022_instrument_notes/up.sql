-- What the author of a questionnaire should know about how it was taken, as JSON.
ALTER TABLE instrument ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
