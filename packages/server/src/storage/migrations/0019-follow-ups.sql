-- The session whose missing documents this one asks for; null for one that stands by itself.
alter table sessions add column follow_up_of text;
