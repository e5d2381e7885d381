import type { EventType, WebhookEndpoint } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { oneMore } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import type { Column } from './table.ts';

const keepIt = 'Keep the secret now, where your receiver finds it: it cannot be shown again.';

/** Commands on the endpoints of a gateway: where events go. */
export function webhookEndpointCommands(): Command[] {
  return [addCommand(), listCommand(), getCommand(), updateCommand(), rotateCommand(), removeCommand()];
}

interface AddOptions extends GatewayOptions {
  event?: EventType[];
  description?: string;
  vendorSignature?: boolean;
}

function addCommand(): Command {
  const command = new Command('add')
    .description('name an address to which events go; its secret is shown once')
    .argument('<url>', 'the address, https')
    .addOption(new Option('--event <type>', 'only this event; may be repeated; all if left out').argParser(oneMore))
    .option('--description <text>', 'your own words for it')
    .option('--vendor-signature', 'also sign as the vendor does, in x-sandbox-signature');
  return withGatewayOptions(command).action(async (url: string, options: AddOptions) => {
    const body = {
      url,
      ...(options.event && { events: options.event }),
      ...(options.description !== undefined && { description: options.description }),
      ...(options.vendorSignature && { vendor_signature: true }),
    };
    const { webhookEndpoints } = openGateway(options).client.v1;
    const endpoint = await webhookEndpoints.create(body, { signal: interruptSignal() });
    openOutput(options).one(endpoint, [...fields(endpoint), ['Secret', endpoint.secret]], keepIt);
  });
}

const columns: readonly Column<WebhookEndpoint>[] = [
  { title: 'ENDPOINT', text: ({ id }) => id },
  { title: 'STATE', text: stateOf, style: (endpoint) => (stateOf(endpoint) === 'on' ? 'green' : 'yellow') },
  { title: 'URL', text: ({ url }) => url, mayShrink: true },
  { title: 'EVENTS', text: ({ events }) => events?.join(' ') ?? 'all', mayShrink: true },
  { title: 'CREATED', text: ({ created_at: at }) => momentText(at), mayShrink: true },
];

function listCommand(): Command {
  const command = new Command('list').description('list the endpoints of your workspace and mode');
  return withGatewayOptions(command).action(async (options: GatewayOptions) => {
    const endpoints = await openGateway(options).client.v1.webhookEndpoints.list({ signal: interruptSignal() });
    const none = 'No endpoints. Add one with "tijori webhooks add <url>".';
    openOutput(options).list(endpoints, { columns, json: (endpoint) => endpoint, none });
  });
}

function getCommand(): Command {
  const command = new Command('get').description('one endpoint').argument('<endpoint>', 'its id, whe_…');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const endpoint = await openGateway(options).client.v1.webhookEndpoints.get(id, { signal: interruptSignal() });
    openOutput(options).one(endpoint, fields(endpoint));
  });
}

interface UpdateOptions extends AddOptions {
  moveTo?: string;
  allEvents?: boolean;
  on?: boolean;
  off?: boolean;
}

function updateCommand(): Command {
  const command = new Command('update')
    .description('change an endpoint, or switch it off and on')
    .argument('<endpoint>', 'its id, whe_…')
    .option('--move-to <url>', 'another address')
    .addOption(new Option('--event <type>', 'only this event; may be repeated').argParser(oneMore))
    .addOption(new Option('--all-events', 'all events').conflicts('event'))
    .option('--description <text>', 'your own words for it')
    .option('--vendor-signature', 'also sign as the vendor does, in x-sandbox-signature')
    .option('--no-vendor-signature', 'no longer')
    .addOption(new Option('--on', 'events go there again').conflicts('off'))
    .option('--off', 'no events go there');
  return withGatewayOptions(command).action(async (id: string, options: UpdateOptions) => {
    const body = {
      ...(options.moveTo !== undefined && { url: options.moveTo }),
      ...(options.event && { events: options.event }),
      ...(options.allEvents && { events: null }),
      ...(options.description !== undefined && { description: options.description }),
      ...(options.vendorSignature !== undefined && { vendor_signature: options.vendorSignature }),
      ...((options.on || options.off) && { enabled: options.on === true }),
    };
    const { webhookEndpoints } = openGateway(options).client.v1;
    const endpoint = await webhookEndpoints.update(id, body, { signal: interruptSignal() });
    openOutput(options).one(endpoint, fields(endpoint));
  });
}

function rotateCommand(): Command {
  const command = new Command('rotate')
    .description('give an endpoint a new secret; the old one signs as well for a day')
    .argument('<endpoint>', 'its id, whe_…');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const endpoint = await openGateway(options).client.v1.webhookEndpoints.rotate(id, { signal: interruptSignal() });
    const until = momentText(endpoint.secret_overlap_until);
    openOutput(options).one(
      endpoint,
      [
        ['Endpoint', endpoint.id],
        ['Secret', endpoint.secret],
        ['Old one until', until],
      ],
      keepIt,
    );
  });
}

function removeCommand(): Command {
  const command = new Command('remove')
    .description('remove an endpoint and its delivery log')
    .argument('<endpoint>', 'its id, whe_…');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const answer = await openGateway(options).client.v1.webhookEndpoints.delete(id, { signal: interruptSignal() });
    openOutput(options).line(answer, `Removed ${id}.`);
  });
}

function fields(endpoint: WebhookEndpoint): (readonly [string, string])[] {
  return [
    ['Endpoint', endpoint.id],
    ['URL', endpoint.url],
    ['Events', endpoint.events?.join(', ') ?? 'all'],
    ['State', stateOf(endpoint)],
    ['Description', endpoint.description ?? '-'],
    ['Created', momentText(endpoint.created_at)],
  ];
}

function stateOf({ enabled, disabled_reason: reason, failing_since: failing }: WebhookEndpoint): string {
  if (!enabled) return reason === null ? 'off' : `off (${reason})`;
  return failing === null ? 'on' : 'failing';
}
