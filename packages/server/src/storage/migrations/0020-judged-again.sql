-- How often a document was judged again because the verifier had broken, not the document.
alter table verdicts add column tries bigint not null default 0;
-- Partial, so that verdicts cost nothing more.
create index verdicts_broken on verdicts (judged_at_ms) where reason = 'verifier_failed';
