import type { Client } from 'pg';
import { scopeSetting } from './postgres-scope.ts';

/**
 * Row-level security, the second wall between workspaces: a connection sees and writes the rows of the workspace that it
 * has named (`tijori.workspace`), of every one after `*`, and before it has named one none at all. It stands in front of
 * each table that has a `workspace_id`; tables that have only a `session_id` or an `endpoint_id` follow their session or
 * endpoint. It binds the owner of the tables too (`force`), but not a superuser.
 */
const named = `current_setting('${scopeSetting}', true)`;
const rules: Readonly<Record<string, string>> = {
  workspace_id: `${named} = '*' or workspace_id = ${named}`,
  session_id: `${named} = '*' or exists (select from sessions where sessions.id = session_id)`,
  endpoint_id: `${named} = '*' or exists (select from webhook_endpoints where webhook_endpoints.id = endpoint_id)`,
};

interface TableColumns {
  table: string;
  columns: string[];
}

/** Puts the wall in front of every table of rows that belong to somebody and has none yet. */
export async function buildWalls(client: Pick<Client, 'query'>): Promise<void> {
  const { rows } = await client.query<TableColumns>(`
    select cls.relname as table, array_agg(att.attname::text) as columns
    from pg_class cls join pg_attribute att on att.attrelid = cls.oid and att.attnum > 0 and not att.attisdropped
    where cls.relkind in ('r', 'p') and cls.relnamespace = current_schema()::regnamespace and not cls.relrowsecurity
    group by cls.relname order by cls.relname`);
  for (const { table, columns } of rows) {
    const column = Object.keys(rules).find((each) => columns.includes(each));
    if (!column) continue;
    await client.query(`
      create policy own_workspace on ${table} using (${rules[column]}) with check (${rules[column]});
      alter table ${table} enable row level security;
      alter table ${table} force row level security;`);
  }
}
