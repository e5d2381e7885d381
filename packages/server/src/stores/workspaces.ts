import type { Db, Row, Statement } from '../storage/db.ts';

/** Who integrates: a registered name and its keys. */
export interface Workspace {
  id: string;
  name: string;
  createdAtMs: number;
}

const columns = 'id, name, created_at_ms';

export function workspacesStore(db: Db) {
  const one = async (sql: string, value: string): Promise<Workspace | undefined> => {
    const row = await db.get(sql, [value]);
    return row && fromRow(row);
  };
  return {
    find: (id: string) => one(`select ${columns} from workspaces where id = $1`, id),
    findByName: (name: string) => one(`select ${columns} from workspaces where name = $1`, name),
    async list(): Promise<Workspace[]> {
      const rows = await db.all(`select ${columns} from workspaces order by created_at_ms, id`, []);
      return rows.map(fromRow);
    },
    insertion: (workspace: Workspace): Statement => ({
      sql: `insert into workspaces (${columns}) values ($1, $2, $3)`,
      params: [workspace.id, workspace.name, workspace.createdAtMs],
    }),
  };
}

function fromRow(row: Row): Workspace {
  return { id: String(row.id), name: String(row.name), createdAtMs: Number(row.created_at_ms) };
}
