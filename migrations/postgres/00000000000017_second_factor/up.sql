-- Passkeys: public keys, with what their devices say of them, as JSON of webauthn-rs. Nothing here opens anything.
CREATE TABLE passkey (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_on DATE,
    PRIMARY KEY (id),
    UNIQUE (credential_id)
);

CREATE INDEX passkey_by_person_id ON passkey (person_id);

-- Codes that stand in for a passkey, each once; only their hashes are kept.
CREATE TABLE recovery_code (
    person_id TEXT NOT NULL REFERENCES person (id),
    code_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (person_id, code_hash)
);

-- Steps between a right password and what it is for, by the hash of their token: what was asked of a device, and
-- what is remembered to judge its answer. One answer each, and a few minutes.
CREATE TABLE second_step (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    question TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX second_step_by_person_id ON second_step (person_id);
