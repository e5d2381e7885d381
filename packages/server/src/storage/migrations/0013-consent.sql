-- How the consent of a succeeded session stands: until when it is good, and when and why it was over.
alter table sessions add column consent_valid_until_ms bigint;
alter table sessions add column consent_ended_at_ms bigint;
alter table sessions add column consent_end_reason text;
-- Since when its personal data is gone.
alter table sessions add column redacted_at_ms bigint;
-- Of consents from before this, no more is known than that nothing was kept after retention.
update sessions set consent_valid_until_ms = documents_expire_at_ms where status = 'succeeded';
update sessions set consent_ended_at_ms = documents_expire_at_ms, consent_end_reason = 'expired'
  where status = 'succeeded' and documents_erased_at_ms is not null;
create index sessions_consented on sessions (consent_valid_until_ms)
  where consent_valid_until_ms is not null and consent_ended_at_ms is null;

-- The consent record. Append only: what was asked at each trip to EntityLocker, what came of it, and how it ended. Facts are
-- JSON text without personal data.
create table consent_entries (
  session_id text not null,
  entry text not null,
  workspace_id text not null,
  at_ms bigint not null,
  facts text not null,
  primary key (session_id, entry)
);

-- The very words that people read before they went on to EntityLocker, each text kept once under its SHA-256.
create table consent_notices (
  hash text primary key,
  language text not null,
  text text not null,
  first_shown_at_ms bigint not null
);

-- Who consented for whom, sealed. Kept as long as the record, and gone with a redaction.
create table consent_parties (
  session_id text primary key,
  sealed_parties text not null
);

-- Codes with which a person withdraws, as hashes: the code itself is with that person alone.
create table withdrawal_codes (
  code_hash text primary key,
  session_id text not null,
  created_at_ms bigint not null
);
create index withdrawal_codes_session on withdrawal_codes (session_id);
