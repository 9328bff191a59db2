-- Mails to those invited are looked for each hour, to be deleted when they have gone out.
CREATE INDEX message_by_subject_kind ON message (subject_kind, state);
-- And by what they were about, whoever they were to.
CREATE INDEX invitation_by_id ON invitation (id);

-- Their marks were those of responses.
DELETE FROM visit_ended;
