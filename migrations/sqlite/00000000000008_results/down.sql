DELETE FROM job WHERE kind = 'results';
DROP TABLE result;
DROP TABLE result_set;
