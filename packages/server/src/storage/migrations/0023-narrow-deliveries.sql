-- A delivery is written in the commit of its event, which somebody waits for. SQLite keeps a table beside the index of its primary key, so that
-- each row goes into two trees; here they are one. PostgreSQL has its rows in a heap either way.
/* sqlite:
create table webhook_deliveries_new (
  endpoint_id text not null,
  event_id text not null,
  state text not null default 'pending',
  attempts bigint not null default 0,
  attempts_before bigint not null default 0,
  next_at_ms bigint not null,
  log text,
  sealed_answers text,
  primary key (endpoint_id, event_id)
) without rowid;
insert into webhook_deliveries_new (endpoint_id, event_id, state, attempts, attempts_before, next_at_ms, log, sealed_answers)
  select endpoint_id, event_id, state, attempts, attempts_before, next_at_ms, log, sealed_answers
  from webhook_deliveries order by endpoint_id, event_id;
drop table webhook_deliveries;
alter table webhook_deliveries_new rename to webhook_deliveries;
create index webhook_deliveries_failed on webhook_deliveries (endpoint_id, event_id) where state = 'failed';
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_at_ms, event_id) where state = 'pending';
*/
