-- What each document's signature proved when it was fetched. Written in the commit that makes the document held, and kept
-- when the document is erased. `detail` is the whole verdict as JSON; `state` and `reason` stand in it, too.
create table verdicts (
  document_id text primary key references documents (id),
  session_id text not null,
  state text not null,
  reason text,
  judged_at_ms bigint not null,
  detail text not null
);
create index verdicts_session on verdicts (session_id);

-- Certificates and revocation lists that verdicts rest on, each once however many documents it was used for.
create table trust_items (
  -- Hex SHA-256 of the DER.
  sha256 text primary key,
  -- 'certificate' or 'crl'.
  kind text not null,
  der_base64 text not null,
  first_used_at_ms bigint not null
);
