-- In the very order in which a queue is read: a replay makes thousands of deliveries due at one moment, and each piece would sort them all.
drop index webhook_deliveries_due;
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, next_at_ms, event_id) where state = 'pending';
