-- The answers to attempts may hold personal data, so they stand apart from the log, sealed: a JSON list with a text for each
-- attempt of the log, null where all are empty.
alter table webhook_deliveries add column sealed_answers text;

-- What failed for good is rare and is what somebody looks for.
create index webhook_deliveries_failed on webhook_deliveries (endpoint_id, event_id) where state = 'failed';
