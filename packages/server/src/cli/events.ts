import type { V1Event } from '@tijori/wire';
import { Command, Option } from 'commander';
import { eventLine, eventStyle } from './event-line.ts';
import { replayCommand, resendCommand } from './events-resend.ts';
import { followEvents, readEvents } from './follow-events.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { moment, oneMore, wholeNumber } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import { screenOf } from './screen.ts';
import type { Column } from './table.ts';

/** `tijori events …`: what happened, and what happens. */
export function eventsCommand(): Command {
  return new Command('events')
    .description('list and follow the events of a running gateway, and send them again')
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(resendCommand())
    .addCommand(replayCommand())
    .addCommand(tailCommand());
}

interface ListOptions extends GatewayOptions {
  type?: string;
  from?: number;
  to?: number;
  limit: number;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '-');

const columns: readonly Column<V1Event>[] = [
  { title: 'EVENT', text: ({ id }) => id },
  { title: 'WHEN', text: ({ timestamp }) => momentText(Date.parse(timestamp)) },
  { title: 'TYPE', text: ({ type }) => type, style: ({ type }) => eventStyle(type), mayShrink: 'front' },
  { title: 'ABOUT', text: ({ data }) => textOf(data.session_id ?? data.endpoint_id), mayShrink: true },
];

function listCommand(): Command {
  const command = new Command('list')
    .description('list events, newest first')
    .option('--type <type>', 'only events of this name, such as entitylocker.session.succeeded')
    .addOption(new Option('--from <moment>', 'only events of then or later, as 2026-11-26T09:00Z').argParser(moment))
    .addOption(new Option('--to <moment>', 'only events before').argParser(moment))
    .addOption(new Option('--limit <count>', 'most events').argParser(wholeNumber(1, 100_000)).default(20));
  return withGatewayOptions(command).action(async (options: ListOptions) => {
    const { type, from, to, limit } = options;
    const filter = { type, from, to, order: 'newest' as const };
    const events = await readEvents(openGateway(options).client, filter, { limit, signal: interruptSignal() });
    openOutput(options).list(events, { columns, json: (event) => event, none: 'No events.' });
  });
}

function getCommand(): Command {
  const command = new Command('get').description('one event, as it is delivered').argument('<event>', 'its id, evt_…');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const request = { method: 'GET', path: `/v1/events/${encodeURIComponent(id)}` } as const;
    const event = await openGateway(options).client.request<V1Event>(request, { signal: interruptSignal() });
    const facts = Object.entries(event.data).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    openOutput(options).one(event, [['Event', event.id], ['Type', event.type], ['When', event.timestamp], ...facts]);
  });
}

function tailCommand(): Command {
  const command = new Command('tail')
    .description('show events as they happen, until Ctrl+C; a restart of the gateway is waited out')
    .addOption(new Option('--type <type>', 'only events of this name; may be repeated').argParser(oneMore));
  return withGatewayOptions(command).action(async (options: GatewayOptions & { type?: string[] }) => {
    const out = openOutput(options);
    const signal = interruptSignal();
    const onReady = () => screenOf(process.stderr).write('Following the events. Ctrl+C ends it.\n');
    const following = { types: options.type, signal, onReady };
    for await (const event of followEvents(openGateway(options).client, following)) out.line(event, eventLine(event));
  });
}
