CREATE TABLE person (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    password_hash TEXT,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
) STRICT;

CREATE TABLE role_grant (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person_id, role, scope_kind, scope_id)
) STRICT;

CREATE INDEX role_grant_by_scope_kind_scope_id ON role_grant (scope_kind, scope_id);

-- Cookie sessions; the id is the hash of the cookie's token.
CREATE TABLE session (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX session_by_person_id ON session (person_id);

-- Refresh tokens by hash; reuse of a spent one revokes its family.
CREATE TABLE refresh_token (
    id TEXT NOT NULL,
    family_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    spent_at TEXT,
    revoked_at TEXT,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX refresh_token_by_family_id ON refresh_token (family_id);

CREATE INDEX refresh_token_by_person_id ON refresh_token (person_id);

-- Scoped secrets in links; only the hash of the token is kept.
CREATE TABLE capability (
    id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    person_id TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
) STRICT;

CREATE INDEX capability_by_purpose_subject_id ON capability (purpose, subject_id);

CREATE TABLE login_attempt (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    window_started_at TEXT NOT NULL,
    PRIMARY KEY (subject)
) STRICT;

CREATE TABLE audit_entry (
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (seq)
) STRICT;

CREATE INDEX audit_entry_by_object ON audit_entry (object);

-- One row: the end of the audit chain; updating it orders the writers.
CREATE TABLE audit_head (
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT;

CREATE INDEX idempotency_by_created_at ON idempotency (created_at);

CREATE TABLE framework (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version_label TEXT NOT NULL,
    state TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    provenance TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
) STRICT;

CREATE TABLE city (
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    population INTEGER,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug)
) STRICT;

CREATE TABLE rubric (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version_label TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
) STRICT;

CREATE TABLE round (
    id TEXT NOT NULL,
    framework_id TEXT NOT NULL REFERENCES framework (id),
    rubric_id TEXT REFERENCES rubric (id),
    name TEXT NOT NULL,
    year INTEGER NOT NULL,
    state TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    report_due_at TEXT NOT NULL,
    review_due_at TEXT NOT NULL,
    experts_per_report INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
) STRICT;

CREATE TABLE participation (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (round_id, city_id)
) STRICT;

CREATE INDEX participation_by_city_id ON participation (city_id);

CREATE TABLE instrument (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version_label TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    questionnaire TEXT NOT NULL,
    measures TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
) STRICT;

CREATE TABLE survey (
    id TEXT NOT NULL,
    participation_id TEXT NOT NULL REFERENCES participation (id),
    instrument_id TEXT NOT NULL REFERENCES instrument (id),
    slug TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at TEXT,
    closes_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug)
) STRICT;

CREATE INDEX survey_by_participation_id ON survey (participation_id);

-- No instant, no address, no order: a random id, a random slot and the day only. The slot is where
-- the row lies in the file: what is written together lies together, at a random place, so that a
-- commit touches few pages and the file does not tell who came first.
CREATE TABLE response (
    -- Surveys are never deleted, and a transaction that adds responses asks for them once; a reference
    -- would ask again for each row.
    survey_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (slot),
    UNIQUE (id)
) STRICT;

CREATE INDEX response_by_survey_id ON response (survey_id, slot);

CREATE TABLE report (
    id TEXT NOT NULL,
    participation_id TEXT NOT NULL REFERENCES participation (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (participation_id)
) STRICT;

CREATE TABLE report_section (
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (report_id, measure)
) STRICT;

CREATE TABLE report_statistic (
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    value REAL,
    year INTEGER,
    source TEXT NOT NULL,
    not_available INTEGER NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (report_id, measure)
) STRICT;

CREATE TABLE evidence (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    removed_at TEXT,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX evidence_by_report_id ON evidence (report_id);

CREATE TABLE evidence_content (
    evidence_id TEXT NOT NULL REFERENCES evidence (id),
    bytes BLOB NOT NULL,
    PRIMARY KEY (evidence_id)
) STRICT;

CREATE TABLE submission (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES report (id),
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    receipt TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    submitted_by TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (report_id, number),
    UNIQUE (receipt)
) STRICT;

CREATE TABLE expert (
    person_id TEXT NOT NULL REFERENCES person (id),
    languages TEXT NOT NULL,
    countries TEXT NOT NULL,
    areas TEXT NOT NULL,
    load_max INTEGER NOT NULL,
    affiliation TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person_id)
) STRICT;

CREATE TABLE conflict (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person_id, city_id, kind)
) STRICT;

CREATE INDEX conflict_by_city_id ON conflict (city_id);

CREATE TABLE assignment_plan (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;

CREATE INDEX assignment_plan_by_round_id ON assignment_plan (round_id);

CREATE TABLE review (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    submission_id TEXT NOT NULL REFERENCES submission (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    rubric_id TEXT NOT NULL REFERENCES rubric (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    measures TEXT NOT NULL,
    due_at TEXT NOT NULL,
    invited_at TEXT NOT NULL,
    responded_at TEXT,
    submitted_at TEXT,
    decline_reason TEXT NOT NULL,
    overall_comment TEXT NOT NULL,
    receipt TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (submission_id, person_id)
) STRICT;

CREATE INDEX review_by_round_id ON review (round_id);

CREATE INDEX review_by_person_id ON review (person_id);

CREATE TABLE rating (
    review_id TEXT NOT NULL REFERENCES review (id),
    measure TEXT NOT NULL,
    level INTEGER,
    cannot_judge INTEGER NOT NULL,
    comment TEXT NOT NULL,
    evidence_pointer TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (review_id, measure)
) STRICT;

CREATE TABLE disagreement (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    submission_id TEXT NOT NULL REFERENCES submission (id),
    measure TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    third_review_id TEXT REFERENCES review (id),
    resolution TEXT NOT NULL,
    level REAL,
    note TEXT NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (submission_id, measure)
) STRICT;

CREATE INDEX disagreement_by_round_id ON disagreement (round_id);

-- The outbox. `round_id` is empty for mails that belong to no round.
CREATE TABLE message (
    round_id TEXT NOT NULL,
    id TEXT NOT NULL,
    template TEXT NOT NULL,
    language TEXT NOT NULL,
    person_id TEXT NOT NULL,
    to_name TEXT NOT NULL,
    to_email TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    context TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TEXT NOT NULL,
    lease_until TEXT,
    last_error TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    PRIMARY KEY (round_id, id)
) STRICT;

CREATE INDEX message_by_state_due_at ON message (state, due_at);

CREATE INDEX message_by_subject_id ON message (subject_id);

-- The journal lists the newest first, over all rounds.
CREATE INDEX message_by_id ON message (id);

CREATE TABLE message_event (
    round_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (round_id, message_id, number)
) STRICT;

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
