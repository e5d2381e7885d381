import { tell } from '../hooks.ts';
import { readWhole } from '../read-whole.ts';
import type { WebhookEvent } from '../types.ts';
import type { WebhookHeaders } from './headers.ts';
import type { RawBody } from './raw-body.ts';
import { checkSecrets, type WebhookSecrets } from './secrets.ts';
import { toleranceSecondsMax, type VerifyOptions, verify } from './verify.ts';
import { WebhookError } from './webhook-error.ts';

/** What the receivers of frameworks take. */
export interface ReceiverOptions extends VerifyOptions {
  /**
   * The endpoint's secret; while it is rotated, both. A function is asked at each delivery, so that a new secret needs no restart and a
   * build none at all.
   *
   * @example () => [process.env.WEBHOOK_SECRET, process.env.WEBHOOK_SECRET_OLD].filter((secret) => secret !== undefined)
   */
  secrets: WebhookSecrets | (() => WebhookSecrets | undefined | Promise<WebhookSecrets | undefined>);
  /**
   * What to do with an event. Once it is done the gateway is told that it arrived; if it fails the framework answers its error, and the gateway
   * tries again. Be quick (15 s, and then it counts as failed) and act on each `id` once.
   */
  onEvent: (event: WebhookEvent) => unknown;
  /** Told of each delivery that was refused, for your log. What it throws is dropped. */
  onRefused?: ((error: WebhookError) => void) | undefined;
  /** Largest body that is read, bytes; 65,536 if left out. Events have less than 1,000. */
  bodyBytesMax?: number | undefined;
}

/** What to answer. A refusal says why, which the gateway keeps in its delivery log. */
export interface Verdict {
  status: 204 | 400 | 413;
  text: string;
}

/** What all the receivers have in common: a body of theirs goes in, and what to answer comes out. */
export interface Receiver {
  bodyBytesMax: number;
  /** `read` gives the body; a `WebhookError` of it is a refusal, too. Rejects with what the receiver itself did wrong. */
  receive(headers: WebhookHeaders, read: () => RawBody | Promise<RawBody>): Promise<Verdict>;
}

const bodyBytesMaxDefault = 65_536;
const bodyBytesMaxMax = 16 * 1024 * 1024;

/** Throws a TypeError for a wrong option, so that a mistake shows where it was made. */
export function openReceiver(options: ReceiverOptions): Receiver {
  const { secrets, onEvent, onRefused, bodyBytesMax = bodyBytesMaxDefault, now, toleranceSeconds } = options;
  readWhole('bodyBytesMax', bodyBytesMax, 1, bodyBytesMaxMax);
  if (toleranceSeconds !== undefined) readWhole('toleranceSeconds', toleranceSeconds, 1, toleranceSecondsMax);
  if (typeof onEvent !== 'function') throw new TypeError('onEvent must be a function that takes an event.');
  if (secrets === undefined) throw new TypeError('secrets must be the secret of the endpoint: is its variable set?');
  if (typeof secrets !== 'function') checkSecrets(secrets);
  return {
    bodyBytesMax,
    async receive(headers, read) {
      let event: WebhookEvent;
      try {
        const current = typeof secrets === 'function' ? await secrets() : secrets;
        event = await verify(await read(), headers, current ?? [], { now, toleranceSeconds });
      } catch (error) {
        if (!(error instanceof WebhookError)) throw error;
        tell(onRefused, error);
        return { status: error.status, text: `${error.message}\n` };
      }
      await onEvent(event);
      return { status: 204, text: '' };
    },
  };
}

export function tooLarge(bodyBytesMax: number): WebhookError {
  return new WebhookError('body_too_large', `The body has more than ${bodyBytesMax} bytes.`);
}
