-- The outcome that a test session asked the simulator for (header x-tijori-scenario).
alter table sessions add column scenario text;
