-- What several nodes count and divide among themselves.

-- Calls of a window, whose key is a hash: buckets are named by addresses and sessions. `granted` is what the last change allowed.
create table rate_windows (
  bucket_hash text primary key,
  used bigint not null,
  granted bigint not null,
  ends_at_ms bigint not null
);
create index rate_windows_expiry on rate_windows (ends_at_ms);

-- Work that one node at a time does, and until when it is that node's.
create table turns (
  name text primary key,
  holder text not null,
  until_ms bigint not null
);
