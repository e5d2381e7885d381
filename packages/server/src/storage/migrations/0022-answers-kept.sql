-- How many answers with an `Idempotency-Key` were kept about a session that was there before them: a redaction that has looked for
-- them conflicts with one that comes in between.
alter table sessions add column answers_kept bigint not null default 0;
