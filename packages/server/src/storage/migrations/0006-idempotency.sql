-- Answers to requests with an Idempotency-Key, each written in the commit that it tells of. The key is kept as a hash;
-- method, address and body of the request are sealed together with the answer.
create table idempotent_answers (
  workspace_id text not null,
  mode text not null,
  key_hash text not null,
  sealed_answer text not null,
  expires_at_ms bigint not null,
  primary key (workspace_id, mode, key_hash)
);
create index idempotent_answers_expiry on idempotent_answers (expires_at_ms);
