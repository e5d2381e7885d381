/**
 * Makes the gateway wrong on purpose (`node --import`): it is told that PostgreSQL commits synchronously, while the server's
 * `synchronous_commit` is off. The power cut must find the loss, or it proves nothing. There is no setting that does this: a
 * gateway on such a server refuses to start.
 */
import pg from 'pg';

interface Query {
  options?: { commands?: readonly { text: string }[] };
}

const { query } = pg.Client.prototype;

pg.Client.prototype.query = function andLie(this: pg.Client, asked: Query, ...rest: unknown[]) {
  for (const command of asked.options?.commands ?? []) {
    command.text = command.text.replace(`current_setting('synchronous_commit', true)`, `'on'`);
  }
  return Reflect.apply(query, this, [asked, ...rest]);
} as typeof query;
