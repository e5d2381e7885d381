import { Argument, Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { eventLine } from './event-line.ts';
import { eventsAfter, newestEventId } from './follow-events.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { wholeNumber } from './option-values.ts';
import { openOutput } from './output.ts';
import { type Cause, causes } from './trigger-causes.ts';

/** `tijori trigger <event>`: brings about what an event tells of, so that the event is a true one. */
export function triggerCommand(): Command {
  const command = new Command('trigger')
    .description('bring an event about: a new test session, or endpoint, goes through what it tells of')
    .addArgument(new Argument('<event>', 'its name').choices(Object.keys(causes)))
    .addOption(new Option('--timeout <seconds>', 'longest wait for it').argParser(wholeNumber(1, 3_600)).default(30));
  return withGatewayOptions(command).action(async (type: string, options: GatewayOptions & { timeout: number }) => {
    const { client } = openGateway(options);
    const interrupted = interruptSignal();
    const cause: Cause = causes[type as keyof typeof causes];
    const cursor = await newestEventId(client, interrupted);
    const { about, clear } = await cause(client, interrupted);
    try {
      const signal = AbortSignal.any([interrupted, AbortSignal.timeout(options.timeout * 1000)]);
      for await (const event of eventsAfter(client, cursor, signal)) {
        if (event.type !== type || ![event.data.session_id, event.data.endpoint_id].includes(about)) continue;
        openOutput(options).line(event, eventLine(event));
        return;
      }
    } finally {
      await clear?.();
    }
    if (interrupted.aborted) throw interrupted.reason;
    throw new CliError('timeout', `${about} brought no ${type} within ${options.timeout} s.`, {
      cure: 'It may be late: see "tijori events list".',
    });
  });
}
