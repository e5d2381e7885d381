import type { DocTypeName, TijoriClient } from '@tijori/client-source';
import { Argument, Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { eventLine } from './event-line.ts';
import { eventsAfter, newestEventId } from './follow-events.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { wholeNumber } from './option-values.ts';
import { openOutput } from './output.ts';

/** What brings an event about: a walk of the pretend person, and what happens after it. */
interface Way {
  walk?: { scenario: string } | { action: string };
  after?: 'cancel' | { advance: 'link' | 'consent' | 'retention' };
}

const consented = { scenario: 'consent_all' };

/** Every event that a test session can bring about, and how. */
const ways: Readonly<Record<string, Way>> = {
  'entitylocker.session.created': {},
  'entitylocker.session.opened': { walk: { action: 'open' } },
  'entitylocker.session.authorized': { walk: consented },
  'entitylocker.session.succeeded': { walk: consented },
  'entitylocker.session.failed': { walk: { scenario: 'deny' } },
  'entitylocker.session.expired': { after: { advance: 'link' } },
  'entitylocker.session.cancelled': { after: 'cancel' },
  'entitylocker.document.available': { walk: consented },
  'entitylocker.document.erased': { walk: consented, after: { advance: 'retention' } },
};

/** `tijori trigger <event>`: a new test session that goes through what the event tells of, so that the event is a true one. */
export function triggerCommand(): Command {
  const command = new Command('trigger')
    .description('bring an event about, with a new test session that goes through what it tells of')
    .addArgument(new Argument('<event>', 'its name').choices(Object.keys(ways)))
    .addOption(new Option('--timeout <seconds>', 'longest wait for it').argParser(wholeNumber(1, 3_600)).default(30));
  return withGatewayOptions(command).action(async (type: string, options: GatewayOptions & { timeout: number }) => {
    const { client } = openGateway(options);
    const interrupted = interruptSignal();
    const cursor = await newestEventId(client, interrupted);
    const id = await goThrough(client, ways[type] ?? {}, interrupted);
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(options.timeout * 1000)]);
    for await (const event of eventsAfter(client, cursor, signal)) {
      if (event.type !== type || event.data.session_id !== id) continue;
      openOutput(options).line(event, eventLine(event));
      return;
    }
    if (interrupted.aborted) throw interrupted.reason;
    throw new CliError('timeout', `The session ${id} brought no ${type} within ${options.timeout} s.`, {
      cure: `See "tijori sessions get ${id}".`,
    });
  });
}

async function goThrough(client: TijoriClient, { walk, after }: Way, signal: AbortSignal): Promise<string> {
  const types: DocTypeName[] = ['company_master_details', 'gstn_details', 'udhyam_certificate'];
  const documents = types.map((type) => ({ type }));
  const { id } = await client.v1.sessions.create({ flow: 'signin', documents }, { signal });
  const lever = (name: string, body: object) =>
    client.request({ method: 'POST', path: `/test/sessions/${id}/${name}`, body }, { signal });
  if (walk) await lever('actions', walk);
  // Only what is held can be erased, and documents come right after the journey.
  if (walk === consented && after)
    await Promise.all(types.map((type) => client.sdkSessions.documents(id, type, { signal })));
  if (after === 'cancel') await client.v1.sessions.cancel(id, { signal });
  else if (after) await lever('clock', after);
  return id;
}
