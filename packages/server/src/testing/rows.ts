import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestGateway } from './gateway.ts';

/** Every row of the gateway's database as text, by table: to see whether a call has written anything. For tests only. */
export function allRows(gateway: TestGateway): Record<string, string[]> {
  const db = new DatabaseSync(join(gateway.config.dataDir, 'tijori.db'), { readOnly: true });
  try {
    const tables = db.prepare("select name from sqlite_master where type = 'table' order by name").all();
    return Object.fromEntries(
      tables.map(({ name }) => [
        String(name),
        db
          .prepare(`select * from "${name}"`)
          .all()
          .map((row) =>
            JSON.stringify(
              Object.values(row).map((value) =>
                value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
              ),
            ),
          )
          .sort(),
      ]),
    );
  } finally {
    db.close();
  }
}
