import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { ReceivedResponse, SentRequest, TijoriError } from '../../packages/client/src/index.ts';
import { walk } from '../../packages/server/src/testing/api.ts';
import { rejection, type Stage, startStage } from './stage.ts';

describe('what a client shows', () => {
  let stage: Stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage.close());

  it('is never a secret: not to hooks, not in errors, not in a log of the client itself', async () => {
    const events: (SentRequest | ReceivedResponse)[] = [];
    const hooks = {
      onRequest: (e: SentRequest) => void events.push(e),
      onResponse: (e: ReceivedResponse) => void events.push(e),
    };
    const { client, apiKey, apiSecret } = await stage.newClient({ hooks });
    const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
    await walk(stage.gateway, id);
    const [file] = await client.sdkSessions.documents(id, 'gstn_details');
    assert.ok(file);
    await new Response(await client.downloadDocument(file)).arrayBuffer();

    stage.proxy.plan(/^\/vault/, { reset: 'before' }, { reset: 'before' }, { reset: 'before' });
    stage.proxy.plan(/\/status$/, { answer: 503 }, { reset: 'after' }, { stall: true });
    const errors = [
      await rejection(client.downloadDocument(file)),
      await rejection(client.downloadDocument({ ...file, url: `${file.url}&x` })),
      await rejection(client.sdkSessions.status(id, { timeoutMs: 60 })),
      await rejection(
        (await stage.newClient({ apiKey, apiSecret: `${apiSecret.slice(0, -1)}x` })).client.v1.sessions.get(id),
      ),
    ];
    assert.deepEqual(
      errors.map((error) => (error as TijoriError).code),
      ['network_error', 'link_refused', 'timeout', 'unauthorized'],
    );

    const shown =
      inspect([events, errors, client], { depth: 20, showHidden: true }) + JSON.stringify([events, errors, client]);
    const tokens = stage.proxy.seen.map(({ headers }) => headers.authorization).filter((token) => token !== undefined);
    assert.ok(tokens.length > 0);
    const signature = new URL(file.url).searchParams.get('signature') ?? '';
    for (const secret of [apiKey, apiSecret, apiSecret.slice(0, -1), signature, ...tokens]) {
      assert.ok(secret.length > 20);
      assert.ok(!shown.includes(secret), secret.slice(0, 12));
    }
  });

  it('is to hooks each attempt with its outcome, and a hook that throws breaks nothing', async () => {
    const lines: string[] = [];
    const onRequest = () => {
      throw new Error('the log is full');
    };
    const onResponse = ({ operation, attempt, method, status, errorCode, transactionId }: ReceivedResponse) => {
      lines.push([operation, attempt, method, status, errorCode, transactionId === null ? '-' : 'tx'].join(' '));
      throw new Error('the log is full');
    };
    const { client } = await stage.newClient({ hooks: { onRequest, onResponse } });
    stage.proxy.plan(/\/create$/, { reset: 'before' });
    await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
    await rejection(client.sdkSessions.status('nobody'));
    assert.deepEqual(lines, [
      'authenticate 1 POST 200  tx',
      'createSdkSession 1 POST  network_error -',
      'createSdkSession 2 POST 200  tx',
      'sdkSessionStatus 1 GET 521 data_not_found tx',
    ]);
  });
});
