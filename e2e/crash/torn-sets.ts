export type Engine = keyof typeof consentedTypes;

/** The types of a session's consent, one a row. */
const consentedTypes = {
  sqlite: 'json_each(s.documents_consented) type',
  postgres: 'json_array_elements_text(s.documents_consented::json) as type(value)',
};

/**
 * What no crash may leave behind, as queries that answer one row for each fault. Each names the change set of the
 * product that it would show torn. Sessions past their time and erased documents are as they should be.
 */
export const tornSets = (engine: Engine): Record<string, string> => ({
  'a session without its one session.created entry (create)': `
    select s.id from sessions s where 1 <> (
      select count(*) from audit_entries a where a.session_id = s.id and a.action = 'session.created')`,
  'an audit entry without its session': `
    select distinct a.session_id as id from audit_entries a
    where not exists (select 1 from sessions s where s.id = a.session_id)`,
  'a session that moved without the entry that tells of it (begin, come back, complete)': `
    select s.id from sessions s
    join (select 'initialized' as status, 1 as place union select 'authorized', 2 union select 'succeeded', 3) now
      on now.status = s.status
    join (select 'session.initialized' as action, 1 as place union select 'session.authorized', 2
          union select 'session.succeeded', 3) step on step.place <= now.place
    where 1 <> (select count(*) from audit_entries a where a.session_id = s.id and a.action = step.action)`,
  'an entry that tells of a step which the session did not take': `
    select s.id from sessions s join audit_entries a on a.session_id = s.id
    where (s.status = 'created' and a.action in ('session.initialized', 'session.authorized', 'session.succeeded'))
       or (s.status = 'initialized' and a.action in ('session.authorized', 'session.succeeded'))
       or (s.status = 'authorized' and a.action = 'session.succeeded')`,
  'an authorized session without its tokens, or tokens without one (come back)': `
    select s.id from sessions s left join session_secrets t on t.session_id = s.id
    where s.documents_erased_at_ms is null
      and (s.status in ('authorized', 'succeeded')) <> (t.session_id is not null)`,
  'a succeeded session without profile, or a profile before that (complete)': `
    select s.id from sessions s join session_secrets t on t.session_id = s.id
    where (s.status = 'succeeded') <> (t.sealed_profile is not null)`,
  'a consented type without a document row (complete)': `
    select s.id from sessions s, ${consentedTypes[engine]}
    where s.status = 'succeeded' and not exists (
      select 1 from documents d where d.session_id = s.id and d.doc_type = type.value)`,
  'a document of a session that did not succeed (complete)': `
    select d.id from documents d join sessions s on s.id = d.session_id where s.status <> 'succeeded'`,
  'a held document without key or its document.held entry (collect)': `
    select d.id from documents d where d.state = 'held' and (d.blob is null or d.wrapped_key is null or not exists (
      select 1 from audit_entries a where a.session_id = d.session_id and a.action = 'document.held'
        and a.detail = d.doc_type || ' sha256:' || d.sha256))`,
  'a pending document with bytes (collect)': `
    select d.id from documents d where d.state = 'pending' and (d.blob is not null or d.sha256 is not null)`,
  'a session whose events are not those that it counted, or not begun by its creation (every step)': `
    select s.id from sessions s left join (
      select session_id, count(*) as told, count(distinct sequence) as numbers, max(sequence) as last,
        sum(case when type = 'entitylocker.session.created' and sequence = 1 then 1 else 0 end) as creations
      from events where session_id is not null group by session_id
    ) e on e.session_id = s.id
    where e.told is null or e.told <> s.event_sequence or e.numbers <> e.told or e.last <> e.told or e.creations <> 1`,
  'a session whose events tell of other steps than it took (begin, come back, complete)': `
    select s.id from sessions s
    join (select 'created' as status, 0 as steps union select 'initialized', 1 union select 'authorized', 2
          union select 'succeeded', 3) now on now.status = s.status
    left join (
      select session_id, count(*) as steps from events
      where type in ('entitylocker.session.opened', 'entitylocker.session.authorized', 'entitylocker.session.succeeded')
      group by session_id
    ) e on e.session_id = s.id
    where coalesce(e.steps, 0) <> now.steps`,
  'an event without its session': `
    select distinct e.session_id as id from events e left join sessions s on s.id = e.session_id
    where e.session_id is not null and s.id is null`,
  'a held document without the event that it is there (collect)': `
    select d.id from documents d where d.state = 'held' and not exists (
      select 1 from events e where e.session_id = d.session_id and e.type = 'entitylocker.document.available'
        and e.details like '%' || d.id || '%')`,
  'an authorized session whose consent record lacks the question or the answer (begin, come back)': `
    select s.id from sessions s where s.status in ('authorized', 'succeeded') and (
      not exists (select 1 from consent_entries c where c.session_id = s.id and c.entry like 'asked:%')
      or not exists (select 1 from consent_entries c where c.session_id = s.id and c.entry like 'authorized:%'))`,
  'a succeeded session without the grant in its consent record and its parties, or these before that (complete)': `
    select s.id from sessions s
    left join consent_entries c on c.session_id = s.id and c.entry = 'granted'
    left join consent_parties p on p.session_id = s.id
    where s.status in ('created', 'initialized', 'authorized', 'succeeded')
      and ((s.status = 'succeeded') <> (c.session_id is not null) or (s.status = 'succeeded') <> (p.session_id is not null))`,
});
