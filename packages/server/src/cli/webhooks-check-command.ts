import { Command } from 'commander';
import { readWebhookSecret } from '../config.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { type Output, openOutput } from './output.ts';
import { paragraph } from './paragraph.ts';
import { startProgress } from './progress-bar.ts';
import { readSecretFile } from './secret-file.ts';

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
    .option(
      '--secret-file <file>',
      'file with the secret that it knows, whsec_…, - for standard input; else TIJORI_WEBHOOK_SECRET',
    )
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
      const told = new Map<string, string>();
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
        else process.exitCode = exitCodes.failed_check.code;
        const fix = fault === null || (isGateShut && i > 0) ? null : check.fix;
        tellCheck(out, { ...check, fault, fix }, told);
      }
      await receiver.close();
      const isFull = passed === checks.length;
      out.line({ score: passed, of: checks.length }, [
        'Score: ',
        { style: ['bold', isFull ? 'green' : 'red'], text: `${passed} of ${checks.length}` },
      ]);
    });
}

/** `told`: the fixes so far, with the name of the check that had each first. */
function tellCheck(
  out: Output,
  { name, rule, fault, fix }: { name: string; rule: string; fault: string | null; fix: string | null },
  told: Map<string, string>,
): void {
  out.line({ check: name, rule, passed: fault === null, fault, fix }, [
    fault === null ? { style: 'green', text: 'ok    ' } : { style: 'red', text: 'FAIL  ' },
    { style: 'bold', text: name.padEnd(19) },
    fault === null ? rule : fault,
  ]);
  if (fix === null || out.isJson) return;
  const first = told.get(fix);
  const text = first === undefined ? fix : `As for "${first}".`;
  told.set(fix, first ?? name);
  for (const line of paragraph(text, { indent: 6, width: out.screen.width() }).split('\n')) out.line({}, line);
}

function secretOf(path: string | undefined): string {
  const secret = path === undefined ? readWebhookSecret() : readSecretFile('--secret-file', path);
  if (secret === undefined) {
    throw new CliError('usage', 'Which secret does the receiver know?', {
      cure: 'Set TIJORI_WEBHOOK_SECRET, or give --secret-file.',
    });
  }
  if (/^whsec_[A-Za-z0-9+/]{20,}={0,2}$/.test(secret)) return secret;
  throw new CliError('usage', 'The secret does not look like whsec_ and base64.');
}
