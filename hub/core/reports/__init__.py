"""The arithmetic of reports: from counted rows to tables. Pure: days and calendar are given."""
