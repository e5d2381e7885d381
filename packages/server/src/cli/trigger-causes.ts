import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DocTypeName, type TijoriClient, TijoriError } from '@tijori/client-source';
import type { ClockEnd, EventType } from '@tijori/wire';
import { CliError } from './cli-error.ts';

/** What was brought about: the id of the session or endpoint that the event will name, and what is to be cleared away after it. */
interface Caused {
  about: string;
  clear?: () => Promise<void>;
}

export type Cause = (client: TijoriClient, signal: AbortSignal) => Promise<Caused>;

/** What a test session goes through: a walk of the pretend person, and what happens after it. */
interface Way {
  walk?: { scenario: string } | { action: string };
  after?: 'cancel' | 'withdraw' | { advance: ClockEnd };
}

const consented = { scenario: 'consent_all' };

/** How each event is brought about. */
export const causes: Readonly<Record<EventType, Cause>> = {
  'entitylocker.session.created': session({}),
  'entitylocker.session.opened': session({ walk: { action: 'open' } }),
  'entitylocker.session.authorized': session({ walk: consented }),
  'entitylocker.session.succeeded': session({ walk: consented }),
  'entitylocker.session.failed': session({ walk: { scenario: 'deny' } }),
  'entitylocker.session.expired': session({ after: { advance: 'link' } }),
  'entitylocker.session.cancelled': session({ after: 'cancel' }),
  'entitylocker.document.available': session({ walk: consented }),
  'entitylocker.document.failed': session({ walk: { scenario: 'consent_expired' } }),
  'entitylocker.document.erased': session({ walk: consented, after: { advance: 'retention' } }),
  'entitylocker.consent.withdrawn': session({ walk: consented, after: 'withdraw' }),
  'entitylocker.consent.expired': session({ walk: consented, after: { advance: 'validity' } }),
  'endpoint.disabled': endpointThatIsGone,
};

const types: DocTypeName[] = ['company_master_details', 'gstn_details', 'udhyam_certificate'];

function session({ walk, after }: Way): Cause {
  return async (client, signal) => {
    const documents = types.map((type) => ({ type }));
    const { id } = await client.v1.sessions.create({ flow: 'signin', documents }, { signal });
    const lever = (name: string, body: object) =>
      client.request({ method: 'POST', path: `/test/sessions/${id}/${name}`, body }, { signal });
    if (walk) await lever('actions', walk);
    // Only what is held can be erased, and documents come right after the journey.
    if (walk === consented && after)
      await Promise.all(types.map((type) => client.sdkSessions.documents(id, type, { signal })));
    if (after === 'cancel') await client.v1.sessions.cancel(id, { signal });
    else if (after === 'withdraw') await client.v1.sessions.withdraw(id, { signal });
    else if (after) await lever('clock', after);
    return { about: id };
  };
}

/** An endpoint on this machine that answers 410 Gone, and a session to tell it of. Both are cleared away. */
async function endpointThatIsGone(client: TijoriClient, signal: AbortSignal): Promise<Caused> {
  const server = createServer((_, response) => response.writeHead(410).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  const made = await client.v1.webhookEndpoints
    .create({ url: `http://127.0.0.1:${port}/gone`, events: ['entitylocker.session.created'] }, { signal })
    .catch((error: unknown) => {
      close();
      throw refusal(error);
    });
  const clear = async () => {
    close();
    await client.v1.webhookEndpoints.delete(made.id);
  };
  try {
    const documents = types.map((type) => ({ type }));
    const { id } = await client.v1.sessions.create({ flow: 'signin', documents }, { signal });
    await client.v1.sessions.cancel(id, { signal });
  } catch (error) {
    await clear();
    throw error;
  }
  return { about: made.id, clear };
}

function refusal(error: unknown): unknown {
  if (!(error instanceof TijoriError) || error.code !== 'destination_refused') return error;
  return new CliError('refused', 'This gateway sends nothing to this machine, where the endpoint would be.', {
    cure: 'Beside "tijori dev" it works. Elsewhere let a receiver of yours answer 410.',
  });
}
