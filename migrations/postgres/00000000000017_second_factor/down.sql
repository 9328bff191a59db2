DROP TABLE second_step;
DROP TABLE recovery_code;
DROP TABLE passkey;
