import type { DeliveryAttempt, WebhookDelivery } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { wholeNumber } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import type { Column } from './table.ts';

interface DeliveriesOptions extends GatewayOptions {
  state?: WebhookDelivery['state'];
  limit: number;
}

const stateStyles = { pending: 'yellow', delivered: 'green', failed: 'red' } as const;

const columns: readonly Column<WebhookDelivery>[] = [
  { title: 'EVENT', text: ({ event_id: id }) => id },
  { title: 'TYPE', text: ({ type }) => type, mayShrink: 'front' },
  { title: 'STATE', text: ({ state }) => state, style: ({ state }) => stateStyles[state] },
  { title: 'ATTEMPTS', text: ({ attempt_count: count }) => String(count) },
  { title: 'LAST', text: ({ attempts }) => outcomeOf(attempts.at(-1)) },
  { title: 'NEXT', text: ({ next_attempt_at: at }) => momentText(at), mayShrink: true },
];

/** `tijori webhooks deliveries`: the delivery log of an endpoint. */
export function deliveriesCommand(): Command {
  const command = new Command('deliveries')
    .description('how the deliveries to an endpoint went, newest event first; with --json every attempt')
    .argument('<endpoint>', 'its id, whe_…')
    .addOption(new Option('--state <state>', 'only deliveries in this state').choices(Object.keys(stateStyles)))
    .addOption(new Option('--limit <count>', 'most deliveries').argParser(wholeNumber(1, 100_000)).default(20));
  return withGatewayOptions(command).action(async (id: string, options: DeliveriesOptions) => {
    const { state, limit } = options;
    const filter = { ...(state && { state }), limit: Math.min(limit, 200) };
    const deliveries: WebhookDelivery[] = [];
    const { webhookEndpoints } = openGateway(options).client.v1;
    for await (const delivery of webhookEndpoints.deliveries(id, filter, { signal: interruptSignal() })) {
      deliveries.push(delivery);
      if (deliveries.length === limit) break;
    }
    openOutput(options).list(deliveries, { columns, json: (delivery) => delivery, none: 'No deliveries.' });
  });
}

/** `tijori webhooks test`: one attempt, now. */
export function testCommand(): Command {
  const command = new Command('test')
    .description('send a test event to an endpoint, now, and tell how it went; exit code 6 unless it is taken')
    .argument('<endpoint>', 'its id, whe_…');
  return withGatewayOptions(command).action(async (id: string, options: GatewayOptions) => {
    const attempt = await openGateway(options).client.v1.webhookEndpoints.test(id, { signal: interruptSignal() });
    const isTaken = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
    if (!isTaken) process.exitCode = exitCodes.failed_check.code;
    const out = openOutput(options);
    out.line(attempt, [
      isTaken ? { style: 'green', text: 'taken' } : { style: 'red', text: 'not taken' },
      `: ${outcomeOf(attempt)} in ${attempt.duration_ms} ms`,
    ]);
    if (!out.isJson && attempt.answer !== '') out.line({}, `It answered: ${attempt.answer}`);
  });
}

function outcomeOf(attempt: DeliveryAttempt | undefined): string {
  if (!attempt) return '-';
  return attempt.status === null ? (attempt.failure ?? '-') : String(attempt.status);
}
