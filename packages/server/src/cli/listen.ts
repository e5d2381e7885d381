import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { CliError } from './cli-error.ts';
import { eventLine } from './event-line.ts';
import { followEvents } from './follow-events.ts';
import { type GatewayOptions, openGateway, withGatewayOptions } from './gateway-access.ts';
import { interruptSignal } from './interrupt-signal.ts';
import { oneMore } from './option-values.ts';
import { openOutput, type Part } from './output.ts';
import { writeAtomically } from './write-atomically.ts';

interface ListenOptions extends GatewayOptions {
  forwardTo: string;
  event?: string[];
  signingSecretFile?: string;
}

/** `tijori listen`: a gateway's events at a receiver on this machine, with no endpoint that it could reach. */
export function listenCommand(): Command {
  const command = new Command('listen')
    .description('forward the events of a running gateway to a receiver on this machine, signed, until Ctrl+C')
    .requiredOption('--forward-to <url>', 'address of the receiver, such as http://127.0.0.1:3000/hooks/tijori')
    .addOption(new Option('--event <type>', 'only this event; may be repeated; all if left out').argParser(oneMore))
    .option(
      '--signing-secret-file <file>',
      'file with the secret to sign with; made if missing; else a new one each time',
    );
  return withGatewayOptions(command).action(async (options: ListenOptions) => {
    const url = checkedUrl(options.forwardTo);
    const { client } = openGateway(options);
    const secret = secretOf(options.signingSecretFile);
    const signal = interruptSignal();
    const out = openOutput(options);
    const { openForwarding } = await import('./forwarding.ts');
    const forwarding = openForwarding({ url, secret, signal });
    const file = options.signingSecretFile;
    const onReady = () => {
      const secretText = file === undefined ? `Signing secret: ${secret}` : `Signing with the secret in ${file}.`;
      out.line({ listening: true, forward_to: url, ...(file === undefined && { secret }) }, secretText);
      if (!out.isJson) out.line({}, `Forwarding to ${url}. Ctrl+C ends it.`);
    };
    for await (const event of followEvents(client, { types: options.event, signal, onReady })) {
      const answer = await forwarding.forward(event).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return null;
      });
      if (answer === null) break;
      const { status, durationMs, failure } = answer;
      const isDelivered = status !== null && status >= 200 && status < 300;
      const arrow: Part = {
        style: isDelivered ? 'green' : 'red',
        text: `  → ${status ?? failure} (${Math.round(durationMs)} ms)`,
      };
      const forwarded = { status, duration_ms: Math.round(durationMs), failure: failure ?? null };
      out.line({ ...event, forwarded }, [...eventLine(event), arrow]);
    }
    await forwarding.close();
  });
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url.href;
  throw new CliError('usage', 'The address of a receiver is like http://127.0.0.1:3000/hooks/tijori.');
}

function secretOf(file: string | undefined): string {
  if (file === undefined || !existsSync(file)) {
    const made = `whsec_${randomBytes(32).toString('base64')}`;
    if (file !== undefined) writeAtomically(file, `${made}\n`);
    return made;
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (/^whsec_[A-Za-z0-9+/]{20,}={0,2}$/.test(secret)) return secret;
  throw new CliError('usage', `${file} holds no secret like whsec_ and base64.`);
}
