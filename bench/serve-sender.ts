import { Pool } from 'undici';
import { serveParent } from './pinned.ts';

/**
 * The baseline of deliveries: posts one body to one address in a bare loop, as many as it is told and as many at a time, and does nothing
 * else. Told: address, headers and body as JSON, at a time.
 */
const [address = '', headers = '{}', body = '', atATime = '1'] = process.argv.slice(2);
const url = new URL(address);
const pool = new Pool(url.origin, { connections: Number(atATime), pipelining: 1 });
const request = { path: url.pathname, method: 'POST', headers: JSON.parse(headers), body } as const;

process.on('message', async (count: unknown) => {
  if (typeof count !== 'number') return;
  let left = count;
  const loop = async () => {
    while (left-- > 0) {
      const { statusCode, body: answer } = await pool.request(request);
      await answer.dump();
      if (statusCode !== 204) throw new Error(`the receiver answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: Number(atATime) }, loop));
});
serveParent('ready', () => pool.close());
