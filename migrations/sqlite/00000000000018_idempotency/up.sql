-- An answer is kept in the transaction of what it tells of: no key is reserved any more.
DELETE FROM idempotency WHERE state <> 'done';
ALTER TABLE idempotency DROP COLUMN state;
