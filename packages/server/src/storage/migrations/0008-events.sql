-- What integrators are told, each written in the commit of what it tells of. An id begins with its moment, so that the rows
-- of a workspace and mode are in order of time and a new one goes to their end.
create table events (
  workspace_id text not null,
  mode text not null,
  id text not null,
  type text not null,
  session_id text,
  status text,
  previous_status text,
  -- Counts the events of a session; null for those of none.
  sequence bigint,
  at_ms bigint not null,
  -- What else the event says, as JSON text; null for nothing.
  details text,
  primary key (workspace_id, mode, id)
);

-- The number of the session's last event. Counted in the same commit, so that no two have the same.
alter table sessions add column event_sequence bigint not null default 1;
