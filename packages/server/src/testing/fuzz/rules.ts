import fc from 'fast-check';
import type { TestGateway } from '../gateway.ts';
import type { Rules } from './arbitrary.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What is true of a field beyond its schema, so that a valid request is one to the server, too. One line for each such field. */
export function rulesOf({ clock: { nowMs }, config }: Pick<TestGateway, 'clock' | 'config'>): Rules {
  const ahead = (fromMs: number, toMs: number) => fc.integer({ min: nowMs + fromMs, max: nowMs + toMs });
  const address = fc
    .webUrl({ validSchemes: ['https'], withQueryParameters: true })
    .filter((url) => URL.canParse(url) && url.length <= 2_048);
  return {
    consent_expiry: ahead(hourMs, 10 * 365 * 24 * hourMs),
    expires_at: ahead(5 * minuteMs, 24 * hourMs - minuteMs),
    redirect_url: address,
    return_url: address,
    // Of an endpoint: a name, which leads nowhere here, or something that is refused with a code of its own.
    url: fc.oneof(
      fc.domain().map((domain) => `https://${domain}/hooks`),
      address,
    ),
    // Of a replay: it ends after it began.
    from: fc.integer({ min: 0, max: nowMs }),
    to: fc.integer({ min: nowMs + 1, max: 2 * nowMs }),
    wait: fc.constant(0),
    // Each thing that is meant to be done once has its own; the same for two requests is a test of its own.
    'idempotency-key': fc.uuid(),
    // Any other name is a valid request, too, and answered with a list of the valid ones.
    'x-tijori-scenario': fc.constantFrom(...config.scenarios, 'no-such-scenario'),
  };
}
