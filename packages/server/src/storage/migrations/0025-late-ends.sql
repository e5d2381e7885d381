-- Until when a document is kept that came late: as long from when it was fetched as the others from the consent, and no longer than that
-- stands. Null for those that go with the session's time.
alter table documents add column kept_until_ms bigint;
