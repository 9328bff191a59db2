DROP INDEX invitation_by_id;
DROP INDEX message_by_subject_kind;
