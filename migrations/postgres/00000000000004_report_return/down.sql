DROP TABLE report_return;
