-- Why a submission was given back to its city. A submission is given back once at most.
CREATE TABLE report_return (
    submission_id TEXT NOT NULL REFERENCES submission (id),
    note TEXT NOT NULL,
    returned_at TEXT NOT NULL,
    returned_by TEXT NOT NULL,
    PRIMARY KEY (submission_id)
) STRICT;

-- Until now the notes stood in the audit only: the first return is of the first submission, and so on.
INSERT INTO report_return (submission_id, note, returned_at, returned_by)
SELECT submission.id, coalesce(json_extract(entry.detail, '$.note'), ''), entry.at, entry.actor
FROM (
    SELECT object, detail, at, actor, row_number() OVER (PARTITION BY object ORDER BY seq) AS number
    FROM audit_entry
    WHERE verb = 'report_return'
) AS entry
JOIN submission ON submission.report_id = entry.object AND submission.number = entry.number;
