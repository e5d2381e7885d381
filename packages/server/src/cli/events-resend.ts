import type { EventType, ReplayEventsRequest } from '@tijori/client-source';
import { Command, Option } from 'commander';
import { momentOfEventId } from '../domain/event.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { moment, oneMore } from './option-values.ts';
import { openOutput } from './output.ts';
import { startProgress } from './progress-bar.ts';

/** `tijori events resend`: single events, to whoever asks for them. */
export function resendCommand(): Command {
  const command = new Command('resend')
    .description('send events again, also those that were delivered; each keeps its id')
    .argument('<event...>', 'their ids, evt_…')
    .option('--endpoint <endpoint>', 'only to this endpoint, whe_…; else to all that ask for such events');
  return withGatewayOptions(command).action(async (ids: string[], options: GatewayOptions & { endpoint?: string }) => {
    const { client } = openGateway(options);
    const signal = interruptSignal();
    const out = openOutput(options);
    const progress = startProgress({ label: 'Sending again', total: ids.length });
    const to = options.endpoint === undefined ? {} : { endpoint_id: options.endpoint };
    try {
      for (const [i, id] of ids.entries()) {
        const { ordered } = await client.v1.events.resend(id, to, { signal });
        progress.end();
        out.line({ event_id: id, ordered }, `${id}  ${toEndpoints(ordered)}`);
        progress.at(i + 1);
      }
    } finally {
      progress.end();
    }
  });
}

function toEndpoints(count: number): string {
  if (count === 0) return 'no endpoint asks for it';
  return count === 1 ? 'to 1 endpoint' : `to ${count} endpoints`;
}

interface ReplayOptions extends GatewayOptions {
  from: number;
  to?: number;
  type?: EventType[];
  includeDelivered?: boolean;
}

/** `tijori events replay`: a stretch of time, after an outage or for a new endpoint. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description('send the events of a stretch of time to an endpoint: what it has not taken yet; each keeps its id')
    .argument('<endpoint>', 'its id, whe_…')
    .addOption(
      new Option('--from <moment>', 'events of then or later, as 2026-11-26T09:00Z')
        .argParser(moment)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--to <moment>', 'events before; now if left out').argParser(moment))
    .addOption(new Option('--type <type>', 'only events of this name; may be repeated').argParser(oneMore))
    .option('--include-delivered', 'also what it has taken');
  return withGatewayOptions(command).action(async (endpoint: string, options: ReplayOptions) => {
    const { from, to = Date.now(), type: events, includeDelivered } = options;
    const order: ReplayEventsRequest = {
      from,
      to,
      ...(events && { events }),
      ...(includeDelivered && { include_delivered: true }),
    };
    let ordered = 0;
    // How far it is shows in time: how many events there are nobody knows before the end.
    const words = () => `${ordered.toLocaleString('en')} on their way`;
    const progress = startProgress({ label: 'Replaying', total: Math.max(1, to - from), words });
    const onPiece = (piece: { ordered: number; cursor: string | null }) => {
      ordered = piece.ordered;
      if (piece.cursor !== null) progress.at(Math.max(0, momentOfEventId(piece.cursor) - from));
    };
    const { client } = openGateway(options);
    try {
      progress.at(0);
      await client.v1.webhookEndpoints.replay(endpoint, order, { signal: interruptSignal(), onPiece });
    } finally {
      progress.end();
    }
    const answer = { endpoint_id: endpoint, from, to, ordered };
    openOutput(options).line(
      answer,
      ordered === 0 ? 'Nothing to send.' : `${ordered.toLocaleString('en')} on their way.`,
    );
  });
}
