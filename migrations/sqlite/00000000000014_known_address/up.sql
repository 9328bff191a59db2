-- Where an account signed in from: a keyed hash of account and network address, from which neither can be read.
CREATE TABLE known_address (
    subject TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (subject)
) STRICT;
CREATE INDEX known_address_seen ON known_address (seen_at);
