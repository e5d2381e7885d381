import { startTestGateway } from '../packages/server/src/testing/gateway.ts';
import { serveParent } from './pinned.ts';

/**
 * The gateway as `boot` assembles it, on SQLite in a folder of its own, but for two things that production has not: it may call this
 * machine, where the receiver is, and it holds no answers against the contract. Tells where it serves, with the credentials of three workspaces.
 */
const gateway = await startTestGateway({ checkAnswers: false, testControls: false }, { now: Date.now });
await gateway.listen();
const address = gateway.app.server.address();
const port = typeof address === 'object' && address ? address.port : 0;
const callers = [];
for (const name of ['One', 'Two', 'Three']) {
  const key = await gateway.newKey('test', `Example Lender ${name} (fictional)`);
  callers.push({ 'x-api-key': key.apiKey, authorization: key.token });
}
serveParent(JSON.stringify({ baseUrl: `http://127.0.0.1:${port}`, callers }), () => gateway.close());
