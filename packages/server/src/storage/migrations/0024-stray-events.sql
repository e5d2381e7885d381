-- Ids of a session's events that tell another moment than the event's own, with blanks between them; null for none. That is so only while a clock
-- that was set back has not caught up: the others are found by the moments of the timeline, and an index by session would cost each event.
alter table sessions add column stray_event_ids text;
