CREATE TABLE person (
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    password_hash TEXT,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (email)
);

CREATE TABLE role_grant (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    scope_kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person_id, role, scope_kind, scope_id)
);

CREATE INDEX role_grant_by_scope_kind_scope_id ON role_grant (scope_kind, scope_id);

-- Cookie sessions; the id is the hash of the cookie's token.
CREATE TABLE session (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX session_by_person_id ON session (person_id);

-- Refresh tokens by hash; reuse of a spent one revokes its family.
CREATE TABLE refresh_token (
    id TEXT NOT NULL,
    family_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    spent_at TIMESTAMP,
    revoked_at TIMESTAMP,
    PRIMARY KEY (id)
);

CREATE INDEX refresh_token_by_family_id ON refresh_token (family_id);

CREATE INDEX refresh_token_by_person_id ON refresh_token (person_id);

-- Scoped secrets in links; only the hash of the token is kept.
CREATE TABLE capability (
    id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    person_id TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);

CREATE INDEX capability_by_purpose_subject_id ON capability (purpose, subject_id);

CREATE TABLE login_attempt (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    window_started_at TIMESTAMP NOT NULL,
    PRIMARY KEY (subject)
);

CREATE TABLE audit_entry (
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    verb TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (seq)
);

CREATE INDEX audit_entry_by_object ON audit_entry (object);

-- One row: the end of the audit chain; updating it orders the writers.
CREATE TABLE audit_head (
    id INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    location TEXT NOT NULL,
    etag TEXT NOT NULL,
    body BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (caller, key)
);

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
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
);

CREATE TABLE city (
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    population BIGINT,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug)
);

CREATE TABLE rubric (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version_label TEXT NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
);

CREATE TABLE round (
    id TEXT NOT NULL,
    framework_id TEXT NOT NULL REFERENCES framework (id),
    rubric_id TEXT REFERENCES rubric (id),
    name TEXT NOT NULL,
    year INTEGER NOT NULL,
    state TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    report_due_at TIMESTAMP NOT NULL,
    review_due_at TIMESTAMP NOT NULL,
    experts_per_report INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE participation (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    created_at TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (round_id, city_id)
);

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
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name, version_label)
);

CREATE TABLE survey (
    id TEXT NOT NULL,
    participation_id TEXT NOT NULL REFERENCES participation (id),
    instrument_id TEXT NOT NULL REFERENCES instrument (id),
    slug TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at TIMESTAMP,
    closes_at TIMESTAMP,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (slug)
);

CREATE INDEX survey_by_participation_id ON survey (participation_id);

-- No instant, no address, no order: a random id, a random slot and the day only.
CREATE TABLE response (
    -- Surveys are never deleted, and a transaction that adds responses asks for them once; a reference
    -- would ask again for each row.
    survey_id TEXT NOT NULL,
    slot BIGINT NOT NULL,
    id TEXT NOT NULL,
    day DATE NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (slot),
    UNIQUE (id)
);

CREATE INDEX response_by_survey_id ON response (survey_id, slot);

CREATE TABLE report (
    id TEXT NOT NULL,
    participation_id TEXT NOT NULL REFERENCES participation (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (participation_id)
);

CREATE TABLE report_section (
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (report_id, measure)
);

CREATE TABLE report_statistic (
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    value DOUBLE PRECISION,
    year INTEGER,
    source TEXT NOT NULL,
    not_available BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (report_id, measure)
);

CREATE TABLE evidence (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES report (id),
    measure TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    removed_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX evidence_by_report_id ON evidence (report_id);

CREATE TABLE evidence_content (
    evidence_id TEXT NOT NULL REFERENCES evidence (id),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (evidence_id)
);

CREATE TABLE submission (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES report (id),
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    receipt TEXT NOT NULL,
    submitted_at TIMESTAMP NOT NULL,
    submitted_by TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (report_id, number),
    UNIQUE (receipt)
);

CREATE TABLE expert (
    person_id TEXT NOT NULL REFERENCES person (id),
    languages TEXT NOT NULL,
    countries TEXT NOT NULL,
    areas TEXT NOT NULL,
    load_max INTEGER NOT NULL,
    affiliation TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id)
);

CREATE TABLE conflict (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    city_id TEXT NOT NULL REFERENCES city (id),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (person_id, city_id, kind)
);

CREATE INDEX conflict_by_city_id ON conflict (city_id);

CREATE TABLE assignment_plan (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (id)
);

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
    due_at TIMESTAMP NOT NULL,
    invited_at TIMESTAMP NOT NULL,
    responded_at TIMESTAMP,
    submitted_at TIMESTAMP,
    decline_reason TEXT NOT NULL,
    overall_comment TEXT NOT NULL,
    receipt TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (submission_id, person_id)
);

CREATE INDEX review_by_round_id ON review (round_id);

CREATE INDEX review_by_person_id ON review (person_id);

CREATE TABLE rating (
    review_id TEXT NOT NULL REFERENCES review (id),
    measure TEXT NOT NULL,
    level INTEGER,
    cannot_judge BOOLEAN NOT NULL,
    comment TEXT NOT NULL,
    evidence_pointer TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (review_id, measure)
);

CREATE TABLE disagreement (
    id TEXT NOT NULL,
    round_id TEXT NOT NULL REFERENCES round (id),
    submission_id TEXT NOT NULL REFERENCES submission (id),
    measure TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    third_review_id TEXT REFERENCES review (id),
    resolution TEXT NOT NULL,
    level DOUBLE PRECISION,
    note TEXT NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at TIMESTAMP,
    version INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (submission_id, measure)
);

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
    due_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    last_error TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP,
    PRIMARY KEY (round_id, id)
);

CREATE INDEX message_by_state_due_at ON message (state, due_at);

CREATE INDEX message_by_subject_id ON message (subject_id);

-- The journal lists the newest first, over all rounds.
CREATE INDEX message_by_id ON message (id);

CREATE TABLE message_event (
    round_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TIMESTAMP NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (round_id, message_id, number)
);

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
