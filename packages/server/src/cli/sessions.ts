import type { ListV1SessionsQuery, V1Session, V1TimelineEntry } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { openInBrowser } from './open-in-browser.ts';
import { moment, wholeNumber } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import { sessionColumns, sessionFields } from './session-view.ts';
import type { Column } from './table.ts';

/** Of a list when nobody says otherwise. */
const listedByDefault = 20;
const listedMax = 100_000;

/** `tijori sessions …`: the sessions of a running gateway. */
export function sessionsCommand(): Command {
  return new Command('sessions')
    .description('list, look at, open and cancel sessions of a running gateway')
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(openCommand())
    .addCommand(cancelCommand());
}

interface ListOptions extends GatewayOptions {
  status?: NonNullable<ListV1SessionsQuery['status']>;
  reference?: string;
  docType?: NonNullable<ListV1SessionsQuery['doc_type']>;
  from?: number;
  to?: number;
  limit: number;
}

function listCommand(): Command {
  const statuses = ['created', 'initialized', 'authorized', 'succeeded', 'failed', 'expired'];
  const command = new Command('list')
    .description('list sessions, newest first')
    .addOption(new Option('--status <status>', 'only sessions with this status').choices(statuses))
    .option('--reference <reference>', 'only sessions with exactly this reference')
    .option('--doc-type <type>', 'only sessions that asked for this document type')
    .addOption(
      new Option('--from <moment>', 'only sessions created then or later, as 2026-11-26T09:00Z').argParser(moment),
    )
    .addOption(new Option('--to <moment>', 'only sessions created before').argParser(moment))
    .addOption(
      new Option('--limit <count>', 'most sessions').argParser(wholeNumber(1, listedMax)).default(listedByDefault),
    );
  return withGatewayOptions(command).action(async (options: ListOptions) => {
    const { status, reference, docType, from, to, limit } = options;
    const filter = {
      ...(status && { status }),
      ...(reference !== undefined && { reference }),
      ...(docType && { doc_type: docType }),
      ...(from !== undefined && { created_from: from }),
      ...(to !== undefined && { created_to: to }),
      limit: Math.min(limit, 100),
    };
    const sessions: V1Session[] = [];
    for await (const session of openGateway(options).client.v1.sessions.list(filter, { signal: interruptSignal() })) {
      sessions.push(session);
      if (sessions.length === limit) break;
    }
    openOutput(options).list(sessions, { columns: sessionColumns, json: (session) => session, none: 'No sessions.' });
  });
}

const timelineColumns: readonly Column<V1TimelineEntry>[] = [
  { title: 'WHEN', text: ({ at }) => momentText(at) },
  { title: 'WHAT', text: ({ action }) => action },
];

function getCommand(): Command {
  const command = new Command('get').description('one session with its timeline').argument('<session>', 'its id');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const session = await openGateway(options).client.v1.sessions.get(id, { signal: interruptSignal() });
    const out = openOutput(options);
    out.one(session, sessionFields(session), '');
    if (!out.isJson) out.list(session.timeline, { columns: timelineColumns, json: (entry) => entry, none: '' });
  });
}

function openCommand(): Command {
  const command = new Command('open')
    .description("open a session's consent page in the browser, and print its address")
    .argument('<session>', 'its id')
    .option('--print', 'only print it');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions & { print?: boolean }) => {
    const { url } = await openGateway(options).client.v1.sessions.get(id, { signal: interruptSignal() });
    const out = openOutput(options);
    out.line({ session_id: id, url }, url);
    if (!options.print && out.screen.isTerminal) openInBrowser(url);
  });
}

function cancelCommand(): Command {
  const command = new Command('cancel')
    .description('end an open session; whatever the person does after it changes nothing')
    .argument('<session>', 'its id');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const session = await openGateway(options).client.v1.sessions.cancel(id, { signal: interruptSignal() });
    openOutput(options).line(session, `Cancelled ${session.id}: ${session.status} (${session.status_reason}).`);
  });
}
