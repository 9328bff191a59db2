-- When a survey was closed for good: it is never opened again, so that there is one set of its answers.
ALTER TABLE survey ADD COLUMN sealed_at TEXT;

-- A file of a survey's answers on its way to whoever asked for it; it goes after a day.
CREATE TABLE response_export (
    id TEXT NOT NULL,
    survey_id TEXT NOT NULL REFERENCES survey (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    format TEXT NOT NULL,
    language TEXT NOT NULL,
    own_words INTEGER NOT NULL,
    state TEXT NOT NULL,
    responses INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (survey_id, person_id, format, language, own_words)
) STRICT;

CREATE INDEX response_export_by_ends_at ON response_export (ends_at);

-- Its bytes, packed, in parts that any process can hand out.
CREATE TABLE response_export_part (
    export_id TEXT NOT NULL REFERENCES response_export (id),
    place INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (export_id, place)
) STRICT;
