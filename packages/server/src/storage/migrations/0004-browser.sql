-- Origins whose pages may use a key in a browser: JSON list, null for none.
alter table api_keys add column origins text;
create index api_keys_workspace on api_keys (workspace_id);

-- Counts the returns to `created`: what began before one must not land after it.
alter table sessions add column resets bigint not null default 0;

-- The one browser that a session's SDK tokens are for. Of no use once the session's time is over.
create table sdk_bindings (
  session_id text primary key references sessions (id),
  browser_hash text not null,
  bound_at_ms bigint not null,
  expires_at_ms bigint not null
);
create index sdk_bindings_expiry on sdk_bindings (expires_at_ms);

-- One-use passes of a bound browser, kept as hashes: `open` begins a trip to EntityLocker in a window of its own, `return`
-- proves to the page that the trip is over. Using one deletes it.
create table browser_tickets (
  ticket_hash text primary key,
  kind text not null,
  session_id text not null references sessions (id),
  browser_hash text not null,
  expires_at_ms bigint not null
);
create index browser_tickets_session on browser_tickets (session_id);
create index browser_tickets_expiry on browser_tickets (expires_at_ms);

-- The bound browser for which a trip was begun; null for one that began on the hosted page.
alter table authorization_attempts add column sdk_browser_hash text;
create index authorization_attempts_open on authorization_attempts (session_id) where claimed_at_ms is null;
