-- Why a session failed (wire: statusReasons), and how often the exchange of its code did before.
alter table sessions add column status_reason text;
alter table sessions add column exchange_failures bigint not null default 0;
-- Why a document will not be fetched any more (an error code); its state is then 'failed'.
alter table documents add column failure text;
