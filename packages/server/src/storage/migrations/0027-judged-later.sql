-- When a document on which the verifier broke is to be judged again; null for no more. What was given up costs the sweep nothing.
alter table verdicts add column judge_again_at_ms bigint;
update verdicts set judge_again_at_ms = judged_at_ms + 60000 where reason = 'verifier_failed' and tries < 3;
drop index verdicts_broken;
create index verdicts_broken on verdicts (judge_again_at_ms) where judge_again_at_ms is not null;
