-- How what is stored of an answer and of an invitation hang together: anonymous or confidential.
ALTER TABLE survey ADD COLUMN privacy TEXT NOT NULL DEFAULT 'anonymous';
-- From when on answers are taken.
ALTER TABLE survey ADD COLUMN opens_at TEXT;
-- With the instance's secret, the key by which it is computed who has answered; gone when the survey has closed.
ALTER TABLE survey ADD COLUMN key_seed TEXT;
-- The last day on which the list of those invited is kept, and what joins it to answers.
ALTER TABLE survey ADD COLUMN list_until TEXT;

-- Of those who were invited as members of one, if they are not too few.
ALTER TABLE response ADD COLUMN stratum TEXT;
-- Of confidential surveys, until their list is erased.
ALTER TABLE response ADD COLUMN invitation_id TEXT;
CREATE UNIQUE INDEX response_by_invitation_id ON response (survey_id, invitation_id) WHERE invitation_id IS NOT NULL;

-- The groups that those invited are drawn from.
CREATE TABLE survey_stratum (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    name TEXT NOT NULL,
    invited INTEGER NOT NULL,
    -- How many may answer, and how many have.
    quota INTEGER,
    taken INTEGER NOT NULL,
    PRIMARY KEY (survey_id, name)
) STRICT;

CREATE TABLE invitation (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    id TEXT NOT NULL,
    -- In the order of the lists.
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    postal TEXT NOT NULL,
    language TEXT NOT NULL,
    stratum TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (survey_id, id),
    UNIQUE (survey_id, number)
) STRICT;

CREATE INDEX invitation_by_code_hash ON invitation (code_hash);

-- That an invitation of an anonymous survey was answered, by a MAC of it: nothing here or there leads from one to
-- the other without the survey's key. Until its day is over also by which visit, and when.
CREATE TABLE invitation_spent (
    survey_id TEXT NOT NULL,
    mark INTEGER NOT NULL,
    once INTEGER,
    day TEXT,
    PRIMARY KEY (survey_id, mark)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_spent_by_day ON invitation_spent (day) WHERE day IS NOT NULL;

-- When those are written to who have not answered.
CREATE TABLE survey_wave (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL,
    -- The number of the last invitation that was looked at.
    reached INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (survey_id, number)
) STRICT;

-- Addresses that a city's surveys do not write to any more, by a MAC of them.
CREATE TABLE opt_out (
    city_id TEXT NOT NULL REFERENCES city (id),
    address_hash TEXT NOT NULL,
    PRIMARY KEY (city_id, address_hash)
) STRICT;
