-- Which session a kept answer is about, so that a redaction can take it.
alter table idempotent_answers add column session_id text;
