DROP TABLE response_export_part;
DROP TABLE response_export;
ALTER TABLE survey DROP COLUMN sealed_at;
