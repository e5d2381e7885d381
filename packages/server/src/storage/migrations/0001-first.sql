-- Portable SQL: bigint times in ms since the epoch, ids as text, lists and sealed values as text.

create table settings (
  name text primary key,
  value text not null
);

create table workspaces (
  id text primary key,
  -- The registered name: what the consent page shows and what is recorded as the requester.
  name text not null unique,
  created_at_ms bigint not null
);

create table api_keys (
  id text primary key,
  workspace_id text not null references workspaces (id),
  mode text not null,
  secret_hash text not null,
  created_at_ms bigint not null,
  revoked_at_ms bigint
);

-- The public id is a random UUID; the table itself is in order of arrival, which keeps inserts cheap.
create table sessions (
  id text primary key,
  workspace_id text not null,
  mode text not null,
  flow text not null,
  doc_types text not null,
  status text not null,
  created_at_ms bigint not null,
  updated_at_ms bigint,
  expires_at_ms bigint not null,
  documents_consented text,
  documents_expire_at_ms bigint,
  documents_erased_at_ms bigint
);

-- What the sweeps ask for. Partial, so that ends cost nothing.
create index sessions_open on sessions (expires_at_ms) where status in ('created', 'initialized', 'authorized');
create index sessions_authorized on sessions (id) where status = 'authorized';
create index sessions_holding on sessions (documents_expire_at_ms)
  where documents_expire_at_ms is not null and documents_erased_at_ms is null;

-- Append only; written in the same transaction as the change it tells of.
create table audit_entries (
  workspace_id text not null,
  session_id text not null,
  at_ms bigint not null,
  actor text not null,
  action text not null,
  detail text
);

-- One trip to EntityLocker. The state is kept as a hash and may be claimed once; the verifier is sealed.
create table authorization_attempts (
  state_hash text primary key,
  session_id text not null references sessions (id),
  browser_hash text not null,
  sealed_verifier text,
  created_at_ms bigint not null,
  expires_at_ms bigint not null,
  claimed_at_ms bigint
);
create index authorization_attempts_expiry on authorization_attempts (expires_at_ms);

-- Tokens and profile of a consent, sealed; erased together with the documents.
create table session_secrets (
  session_id text primary key references sessions (id),
  sealed_grant text not null,
  sealed_profile text
);

create table documents (
  id text primary key,
  session_id text not null references sessions (id),
  workspace_id text not null,
  doc_type text not null,
  position integer not null,
  uri text not null,
  upstream_code text not null,
  issuer_id text not null,
  issuer text not null,
  name text not null,
  description text not null,
  issued_on text,
  mimes text not null,
  state text not null,
  blob text,
  content_type text,
  size_bytes bigint,
  sha256 text,
  wrapped_key text,
  fetched_at_ms bigint
);
create index documents_session on documents (session_id);
create index documents_pending on documents (id) where state = 'pending';
create index documents_blob on documents (blob) where blob is not null;
