-- Endpoints (ids in order, with commas between them) for which the event has still to be queued; null for none. The deliveries are made right after the
-- commit of the event, many at a time: a mark costs whoever waits for the commit a third of a row in a table of its own.
alter table events add column unqueued_for text;
-- Partial, so that what is queued costs nothing. By those who hear of it, so that nobody's many events stand before another's few.
create index events_unqueued on events (unqueued_for, id) where unqueued_for is not null;
