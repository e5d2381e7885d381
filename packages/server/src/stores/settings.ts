import type { Db, Statement } from '../storage/db.ts';

/** Facts about the database itself, such as whether it belongs to `tijori dev`. */
export function settingsStore(db: Db) {
  return {
    async get(name: string): Promise<string | undefined> {
      const row = await db.get('select value from settings where name = $1', [name]);
      return row && String(row.value);
    },
    insertion: (name: string, value: string): Statement => ({
      sql: 'insert into settings (name, value) values ($1, $2) on conflict (name) do nothing',
      params: [name, value],
    }),
  };
}
