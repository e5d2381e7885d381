/**
 * Mock Service Worker as a server: `serve-msw.ts FOLDER PORT`, where FOLDER has the package. Its own http-middleware does not run on version 3, so
 * this is Node's server and MSW's `getResponse`, which costs less than Express would.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createSdkSession } from '@tijori/wire';
import { exampleAnswer } from './rival-servers.ts';

const [, , folder = '', port = ''] = process.argv;
const { http, HttpResponse, getResponse } = createRequire(join(folder, 'package.json'))('msw') as {
  http: { post(path: string, answer: () => unknown): unknown };
  HttpResponse: { json(body: unknown): unknown };
  getResponse(handlers: readonly unknown[], request: Request): Promise<Response | undefined>;
};
const example: unknown = JSON.parse(exampleAnswer());
const handlers = [http.post(`*${createSdkSession.path}`, () => HttpResponse.json(example))];

createServer(async (asked, answer) => {
  const { method = 'GET', url = '/' } = asked;
  const body = method === 'GET' ? null : new Uint8Array(await buffer(asked));
  const headers = Object.entries(asked.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const response = await getResponse(
    handlers,
    new Request(`http://127.0.0.1:${port}${url}`, { method, headers, body }),
  );
  if (!response) return void answer.writeHead(404).end();
  answer.writeHead(response.status, Object.fromEntries(response.headers));
  answer.end(Buffer.from(await response.arrayBuffer()));
}).listen(Number(port), '127.0.0.1');
