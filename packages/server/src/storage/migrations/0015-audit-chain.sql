-- In which batch an entry was put under the tree of its workspace; 0: not yet. An entry is inserted without it and marked soon
-- after, so that what makes a session fast stays as it is.
alter table audit_entries add column batch bigint not null default 0;
create index audit_entries_batch on audit_entries (batch, at_ms);

-- One row: the last batch that was marked, and the last that every tree has taken in.
create table audit_batches (
  id text primary key,
  marked bigint not null,
  taken_in bigint not null
);
insert into audit_batches (id, marked, taken_in) values ('audit', 0, 0);

-- The Merkle tree (RFC 6962) over the entries of each workspace, as far as it has grown: its size, its root, and the roots of its
-- perfect subtrees as JSON text.
create table audit_trees (
  workspace_id text primary key,
  size bigint not null,
  root text not null,
  subtrees text not null,
  last_batch bigint not null
);

-- Signed heads of the trees.
create table audit_heads (
  workspace_id text not null,
  size bigint not null,
  at_ms bigint not null,
  jws text not null,
  primary key (workspace_id, size)
);

-- Keys that sign heads, the private half sealed. The newest signs.
create table evidence_keys (
  kid text primary key,
  public_jwk text not null,
  sealed_private_jwk text not null,
  created_at_ms bigint not null
);
