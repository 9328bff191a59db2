-- Whether a first letter was written to the mail address that somebody has; whether they had answered by then or not.
ALTER TABLE invitation ADD COLUMN written BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE invitation SET written = TRUE WHERE email IS NOT NULL AND number <= (
    SELECT coalesce(max(reached), 0) FROM survey_wave w WHERE w.survey_id = invitation.survey_id AND w.kind = 'invitation');
