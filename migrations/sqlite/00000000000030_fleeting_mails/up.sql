-- Mails to those invited are looked for each hour, to be deleted when they have gone out.
CREATE INDEX message_by_subject_kind ON message (subject_kind, state);
-- And by what they were about, whoever they were to.
CREATE INDEX invitation_by_id ON invitation (id);

-- What lies without order tells none: rows of a table with row ids lie as they came.
CREATE TABLE response_draft_new (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    code_hash TEXT NOT NULL,
    kib INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (survey_id, code_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO response_draft_new SELECT survey_id, code_hash, kib, sealed, day FROM response_draft ORDER BY survey_id, code_hash;
DROP TABLE response_draft;
ALTER TABLE response_draft_new RENAME TO response_draft;
CREATE INDEX response_draft_by_day ON response_draft (day);
CREATE INDEX response_draft_by_size ON response_draft (survey_id, kib);

-- Their marks were those of responses.
DROP TABLE visit_ended;
CREATE TABLE visit_ended (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    mark INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (survey_id, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_ended_by_day ON visit_ended (day);
