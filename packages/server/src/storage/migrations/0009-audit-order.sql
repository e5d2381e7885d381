-- The order of a session's entries within one millisecond: how many the process that made it had made before. What was there
-- before keeps the order in which it came; only SQLite has any, and it alone has row numbers.
alter table audit_entries add column entry_no bigint not null default 0;
/* sqlite: update audit_entries set entry_no = rowid; */
