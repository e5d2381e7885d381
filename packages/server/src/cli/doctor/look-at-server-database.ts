import { lookAtPostgres } from '../../storage/postgres-look.ts';
import { type Finding, fault, messageOf, ok } from './finding.ts';
import { clockFinding, schemaFinding } from './look-at-database.ts';
import { timelineQueries, timelinesFinding } from './look-at-timelines.ts';

/** The database that `DATABASE_URL` names. Its pages are its own server's business (`pg_amcheck`, checksums). */
export async function lookAtServerDatabase(url: string): Promise<Finding[]> {
  try {
    const { version, off, schema, newestMs, ids } = await lookAtPostgres(url, timelineQueries);
    const durable =
      off.length > 0
        ? fault(
            'database',
            `PostgreSQL ${version} with ${off.join(', ')} off would lose acknowledged writes: switch it on.`,
          )
        : ok('database', `PostgreSQL ${version} answers; fsync, full_page_writes and synchronous_commit are on.`);
    const timelines = ids.length > 0 ? [timelinesFinding(ids)] : [];
    return [durable, schemaFinding(schema), clockFinding(newestMs, Date.now()), ...timelines];
  } catch (error) {
    return [fault('database', `It cannot be reached: ${messageOf(error)}.`)];
  }
}
