import type { Db, Statement } from '../storage/db.ts';

/** Facts about the database itself, such as whether it belongs to `tijori dev`. */
export function settingsStore(db: Db) {
  return {
    async get(name: string): Promise<string | undefined> {
      const row = await db.get('select value from settings where name = $1', [name]);
      return row && String(row.value);
    },
    /** All whose names begin so; the beginning is a constant of ours, without wildcards. */
    async beginning(start: string): Promise<{ name: string; value: string }[]> {
      const rows = await db.all(`select name, value from settings where name like $1 order by name`, [`${start}%`]);
      return rows.map((row) => ({ name: String(row.name), value: String(row.value) }));
    },
    /** Writes it anew. */
    mark: (name: string, value: string): Statement => ({
      sql: 'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      params: [name, value],
    }),
    removal: (name: string): Statement => ({ sql: 'delete from settings where name = $1', params: [name] }),
    /** Takes the place of what was there. */
    replacement: (name: string, value: string): Statement => ({
      sql: 'insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      params: [name, value],
    }),
    insertion: (name: string, value: string): Statement => ({
      sql: 'insert into settings (name, value) values ($1, $2) on conflict (name) do nothing',
      params: [name, value],
    }),
  };
}
