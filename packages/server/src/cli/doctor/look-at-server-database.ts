import { lookAtPostgres } from '../../storage/postgres-look.ts';
import { type Finding, fault, messageOf, ok } from './finding.ts';
import { clockFinding, schemaFinding } from './look-at-database.ts';

/** The database that `DATABASE_URL` names. Its pages are its own server's business (`pg_amcheck`, checksums). */
export async function lookAtServerDatabase(url: string): Promise<Finding[]> {
  try {
    const { version, off, schema, newestMs } = await lookAtPostgres(url);
    const durable =
      off.length > 0
        ? fault(
            'database',
            `PostgreSQL ${version} with ${off.join(', ')} off would lose acknowledged writes: switch it on.`,
          )
        : ok('database', `PostgreSQL ${version} answers; fsync, full_page_writes and synchronous_commit are on.`);
    return [durable, schemaFinding(schema), clockFinding(newestMs, Date.now())];
  } catch (error) {
    return [fault('database', `It cannot be reached: ${messageOf(error)}.`)];
  }
}
