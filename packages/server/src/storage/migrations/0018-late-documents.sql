-- A document that is still to come: how often the clockwork has tried, when it tries next, and why it did not come the last time
-- (an error code).
alter table documents add column tries bigint not null default 0;
alter table documents add column next_try_at_ms bigint not null default 0;
alter table documents add column last_failure text;
