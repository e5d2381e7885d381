-- Which words, in which language, the person had before them when they left for EntityLocker; null where the way did not lead
-- over our page (the redirect flow).
alter table authorization_attempts add column notice_locale text;
alter table authorization_attempts add column notice_version text;
