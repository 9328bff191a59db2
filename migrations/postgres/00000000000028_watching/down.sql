DROP TABLE survey_share;
DROP TABLE survey_figure;
DROP TABLE survey_daily;
