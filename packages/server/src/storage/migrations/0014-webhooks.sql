-- Where integrators hear of events. `events` is a JSON list of names, null for all; the secrets are sealed.
create table webhook_endpoints (
  id text primary key,
  workspace_id text not null,
  mode text not null,
  url text not null,
  events text,
  description text,
  vendor_signature bigint not null default 0,
  enabled bigint not null default 1,
  disabled_reason text,
  failing_since_ms bigint,
  sealed_secrets text not null,
  secret_overlap_until_ms bigint,
  created_at_ms bigint not null
);
create index webhook_endpoints_workspace on webhook_endpoints (workspace_id, mode);

-- One event on its way to one endpoint, written in the commit of the event. `log` has its attempts as a JSON list.
create table webhook_deliveries (
  endpoint_id text not null,
  event_id text not null,
  state text not null default 'pending',
  attempts bigint not null default 0,
  -- The attempts before the last order to send it again: from there its schedule counts.
  attempts_before bigint not null default 0,
  next_at_ms bigint not null,
  log text,
  primary key (endpoint_id, event_id)
);
-- The queue of each endpoint. Partial, so that what is done costs nothing.
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_at_ms) where state = 'pending';

-- Which process works on the queue of an endpoint, and until when it need not say so again.
create table webhook_leases (
  endpoint_id text primary key,
  holder text not null,
  until_ms bigint not null
);
