-- Where an account signed in from: a keyed hash of account and network address, from which neither can be read.
CREATE TABLE known_address (
    subject TEXT NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (subject)
);
CREATE INDEX known_address_seen ON known_address (seen_at);
