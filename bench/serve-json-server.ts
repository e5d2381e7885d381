/** json-server with our path and envelope in front of its router, as its own guide has it: `serve-json-server.ts FOLDER PORT`. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSdkSession, sdkSessionEntity } from '@tijori/wire';

interface Answer {
  locals: { data: { id: string | number } };
  status(code: number): { jsonp(body: unknown): void };
}
interface Router {
  render: (request: unknown, response: Answer) => void;
}
interface App {
  use(...handlers: unknown[]): void;
  listen(port: number, host: string): void;
}

const [, , folder = '', port = ''] = process.argv;
const jsonServer = createRequire(join(folder, 'package.json'))('json-server') as {
  create(): App;
  router(file: string): Router;
  defaults(options: { logger: boolean }): unknown;
  rewriter(rules: Record<string, string>): unknown;
};
const file = join(mkdtempSync(join(tmpdir(), 'tijori-json-server-')), 'db.json');
writeFileSync(file, JSON.stringify({ sessions: [] }));
const app = jsonServer.create();
app.use(jsonServer.defaults({ logger: false }));
app.use(jsonServer.rewriter({ [createSdkSession.path]: '/sessions' }));
const router = jsonServer.router(file);
router.render = (_request, response) => {
  const data = {
    '@entity': sdkSessionEntity,
    id: String(response.locals.data.id),
    status: 'created',
    created_at: Date.now(),
  };
  response.status(200).jsonp({ code: 200, timestamp: Date.now(), transaction_id: randomUUID(), data });
};
app.use(router);
app.listen(Number(port), '127.0.0.1');
