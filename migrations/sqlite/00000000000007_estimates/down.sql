DELETE FROM job WHERE kind IN ('estimates', 'counts');
DROP TABLE survey_count;
DROP TABLE estimate;
DROP TABLE estimate_set;
