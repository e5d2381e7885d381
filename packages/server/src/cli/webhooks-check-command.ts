import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readWebhookSecret } from '../config.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { openOutput } from './output.ts';
import { startProgress } from './progress-bar.ts';

interface CheckOptions {
  secretFile?: string;
  json?: boolean;
}

/** `tijori webhooks check`: holds a receiver of yours to the rules. Calls no gateway. */
export function webhooksCheckCommand(): Command {
  return new Command('check')
    .description(
      'try a receiver of yours with right, wrong, late, doubled and reordered deliveries; exit code 6 if it fails any',
    )
    .argument('<url>', 'its address; made-up events of test sessions go there')
    .option('--secret-file <file>', 'file with the secret that it knows, whsec_…; else TIJORI_WEBHOOK_SECRET')
    .action(async (url: string, options: CheckOptions) => {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        throw new CliError('usage', 'The address of a receiver is like http://127.0.0.1:3000/hooks/tijori.');
      }
      const secret = secretOf(options.secretFile);
      const [{ checks }, { openReceiver }] = await Promise.all([
        import('./webhooks-check/checks.ts'),
        import('./webhooks-check/receiver.ts'),
      ]);
      const receiver = openReceiver({ url, secret, signal: interruptSignal() });
      const out = openOutput(options);
      const progress = startProgress({ label: 'Checking', total: checks.length });
      let passed = 0;
      let isGateShut = false;
      for (const [i, check] of checks.entries()) {
        progress.at(i);
        // What refuses everything would pass half of the rest, which proves nothing.
        const fault: string | null = isGateShut
          ? 'not tried: right deliveries are not accepted'
          : await check.fault(receiver);
        progress.end();
        if (i === 0) isGateShut = fault !== null;
        if (fault === null) passed += 1;
        const fix = fault === null || (isGateShut && i > 0) ? null : check.fix;
        out.line({ check: check.name, rule: check.rule, passed: fault === null, fault, fix }, [
          fault === null ? { style: 'green', text: 'ok    ' } : { style: 'red', text: 'FAIL  ' },
          { style: 'bold', text: check.name.padEnd(18) },
          fault === null ? check.rule : fault,
        ]);
        if (fix !== null && !out.isJson) out.line({}, `      ${fix}`);
      }
      await receiver.close();
      out.line({ score: passed, of: checks.length }, `\n${passed} of ${checks.length}.`.trimStart());
      if (passed < checks.length) process.exitCode = exitCodes.failed_check.code;
    });
}

function secretOf(path: string | undefined): string {
  const secret = path === undefined ? readWebhookSecret() : readFileSync(path, 'utf8').trim();
  if (secret === undefined) {
    throw new CliError('usage', 'Which secret does the receiver know?', {
      cure: 'Set TIJORI_WEBHOOK_SECRET, or give --secret-file.',
    });
  }
  if (/^whsec_[A-Za-z0-9+/]{20,}={0,2}$/.test(secret)) return secret;
  throw new CliError('usage', 'The secret does not look like whsec_ and base64.');
}
