-- Grants that are not needed any more and are still to be revoked upstream: each is moved here in the commit that ends its
-- use, so that a crash or a dead upstream costs time and nothing else.
create table upstream_revocations (
  id text primary key,
  session_id text not null,
  workspace_id text not null,
  mode text not null,
  session_created_at_ms bigint not null,
  sealed_grant text not null,
  tries bigint not null,
  created_at_ms bigint not null,
  due_at_ms bigint not null
);
create index upstream_revocations_due on upstream_revocations (due_at_ms);
create index upstream_revocations_session on upstream_revocations (session_id);
