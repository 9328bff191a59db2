-- When everybody could read a released version first: a version that was recalled before is for whom it was released.
ALTER TABLE results_release ADD COLUMN published_at TIMESTAMP;
-- Each step has its entry in the audit: what is published is what was released last before it.
UPDATE results_release SET published_at = (
    SELECT min(published.at) FROM audit_entry published
    WHERE published.verb = 'results_publish' AND published.object = results_release.participation_id
    AND results_release.number = (
        SELECT count(*) FROM audit_entry released
        WHERE released.verb = 'results_release' AND released.object = published.object AND released.seq < published.seq
    )
);
