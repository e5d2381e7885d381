-- Every session writes an event, and somebody waits for that commit. SQLite keeps a table beside the index of its primary key, so that each row goes
-- into two trees; here they are one, as for deliveries (0023). PostgreSQL has its rows in a heap either way.
/* sqlite:
create table events_new (
  workspace_id text not null,
  mode text not null,
  id text not null,
  type text not null,
  session_id text,
  status text,
  previous_status text,
  sequence bigint,
  at_ms bigint not null,
  details text,
  unqueued_for text,
  primary key (workspace_id, mode, id)
) without rowid;
insert into events_new
    (workspace_id, mode, id, type, session_id, status, previous_status, sequence, at_ms, details, unqueued_for)
  select workspace_id, mode, id, type, session_id, status, previous_status, sequence, at_ms, details, unqueued_for
  from events order by workspace_id, mode, id;
drop table events;
alter table events_new rename to events;
create index events_unqueued on events (unqueued_for, id) where unqueued_for is not null;
*/
