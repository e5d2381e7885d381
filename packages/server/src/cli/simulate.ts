import { setTimeout as wait } from 'node:timers/promises';
import type { DocTypeName, TijoriClient, V1Session } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { oneMore, wholeNumber } from './option-values.ts';
import { openOutput } from './output.ts';
import { startProgress } from './progress-bar.ts';
import { sessionFields } from './session-view.ts';

interface SimulateOptions extends GatewayOptions {
  session?: string;
  docType?: string[];
  wait?: boolean;
  timeout: number;
}

const allDocTypes = ['company_master_details', 'gstn_details', 'udhyam_certificate'];
const ends = ['succeeded', 'failed', 'expired'];

/** `tijori simulate <scenario>`: a session that ends as wanted, with no browser. Test keys only. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description('walk a session through a scenario without a browser; its names are in docs/scenarios.md')
    .argument('<scenario>', 'how it shall come out: consent_all, deny, tampered …')
    .option('--session <id>', 'an open session of yours; a new one if left out')
    .addOption(
      new Option('--doc-type <type>', 'what a new session asks for; may be repeated; all if left out').argParser(
        oneMore,
      ),
    )
    .option('--wait', 'wait until the session is at an end')
    .addOption(new Option('--timeout <seconds>', 'longest wait').argParser(wholeNumber(1, 86_400)).default(60));
  return withGatewayOptions(command).action(async (scenario: string, options: SimulateOptions) => {
    const { client } = openGateway(options);
    const signal = interruptSignal();
    const id = options.session ?? (await newSession(client, scenario, options.docType ?? allDocTypes, signal));
    const path = `/test/sessions/${encodeURIComponent(id)}/actions`;
    await client.request({ method: 'POST', path, body: { scenario } }, { signal });
    const session = await sessionAfter(client, id, { waitMs: options.wait ? options.timeout * 1000 : 0, signal });
    openOutput(options).one(session, sessionFields(session));
    if (options.wait && !ends.includes(session.status)) {
      throw new CliError('timeout', `The session is still ${session.status} after ${options.timeout} s.`, {
        cure: 'Some scenarios leave it open until it expires (docs/scenarios.md).',
      });
    }
  });
}

async function newSession(
  client: TijoriClient,
  scenario: string,
  docTypes: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  // Which types there are is for the gateway to say: it may be newer than this command.
  const documents = docTypes.map((type) => ({ type: type as DocTypeName }));
  return (await client.v1.sessions.create({ flow: 'signin', documents }, { scenario, signal })).id;
}

/** The session at its end, or as it is when the time is over. */
async function sessionAfter(
  client: TijoriClient,
  id: string,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<V1Session> {
  const startMs = Date.now();
  const words = () => `${Math.floor((Date.now() - startMs) / 1000)} s`;
  const progress = startProgress({ label: 'Waiting', total: waitMs, words });
  try {
    for (let pauseMs = 100; ; pauseMs = Math.min(2_000, pauseMs * 1.5)) {
      const { timeline: _, ...session } = await client.v1.sessions.get(id, { signal });
      const waitedMs = Date.now() - startMs;
      if (ends.includes(session.status) || waitedMs + pauseMs > waitMs) return session;
      progress.at(waitedMs);
      await wait(pauseMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  } finally {
    progress.end();
  }
}
