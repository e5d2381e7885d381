import type { Config } from '../../config.ts';
import { type Finding, fault, messageOf, ok, warning } from './finding.ts';

const deadlineMs = 10_000;
/** Tokens and signatures fail on clocks that differ by more than this, ms. */
const skewMsMax = 60_000;

/** Asks each upstream for its address, without credentials. Any answer at all means that network, name and TLS are good. */
export async function lookAtUpstreams({ upstreams }: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [mode, settings] of Object.entries(upstreams))
    findings.push(await look(`upstream (${mode})`, settings.baseUrl));
  return findings;
}

async function look(check: string, baseUrl: string): Promise<Finding> {
  const { origin } = new URL(baseUrl);
  try {
    const answer = await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });
    const theirsMs = Date.parse(answer.headers.get('date') ?? '');
    const skewMs = Number.isNaN(theirsMs) ? 0 : Math.abs(Date.now() - theirsMs);
    if (skewMs > skewMsMax) return warning(check, `Its clock and ours differ by ${Math.round(skewMs / 1000)} s.`);
    return ok(check, `${origin} answers.`);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return fault(check, `${origin} does not answer: ${messageOf(cause ?? error)}.`);
  }
}
