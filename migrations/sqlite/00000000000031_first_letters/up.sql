-- Whether a first letter was written to the mail address that somebody has; whether they had answered by then or not.
ALTER TABLE invitation ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
UPDATE invitation SET written = 1 WHERE email IS NOT NULL AND number <= (
    SELECT coalesce(max(reached), 0) FROM survey_wave w WHERE w.survey_id = invitation.survey_id AND w.kind = 'invitation');
