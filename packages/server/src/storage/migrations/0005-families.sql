-- In which family of addresses a session lives ('sdk' or 'api'), and what the redirect flow and our own create say about
-- it: metadata, purposes (document type to text) and the expected entity are JSON text.
alter table sessions add column family text not null default 'sdk';
alter table sessions add column return_url text;
alter table sessions add column consent_expires_at_ms bigint;
alter table sessions add column reference text;
alter table sessions add column metadata text;
alter table sessions add column purposes text;
alter table sessions add column locale text;
alter table sessions add column expected_entity text;

-- Lists, newest first. In order of arrival, so that an insert goes to the end of its workspace and stays cheap.
create index sessions_listed on sessions (workspace_id, mode, created_at_ms);
-- Partial, so that sessions without a reference cost nothing.
create index sessions_referenced on sessions (workspace_id, mode, reference, created_at_ms) where reference is not null;

-- A session's timeline is found by when the session was made, and only then by its id: by the id alone, which is random,
-- each insert would land on a page of its own.
alter table audit_entries add column session_created_at_ms bigint not null default 0;
update audit_entries set session_created_at_ms =
  coalesce((select created_at_ms from sessions where sessions.id = audit_entries.session_id), 0);
create index audit_entries_timeline on audit_entries (session_created_at_ms, session_id);
