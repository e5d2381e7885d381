import { isRecord } from './answer-error.ts';
import type { Clock } from './clock.ts';
import { parsed } from './exchange.ts';
import { TijoriError } from './tijori-error.ts';

/** Where calls get their token from. */
export interface TokenSource {
  /** The token, fetched if there is none or its end is near. Many calls at once share one fetch. */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets this token, unless it has been replaced already. */
  drop(token: string): void;
}

/** A token is renewed this long before its end, ms, or a tenth of its life if that is less. */
const aheadMsMax = 5 * 60_000;
/** How long a token is kept whose life cannot be read from it, ms. */
const unreadableMs = 60 * 60_000;

export function tokenSource(authenticate: () => Promise<string>, clock: Clock): TokenSource {
  let current: { token: string; renewAtMs: number } | undefined;
  let pending: Promise<string> | undefined;

  const renew = async () => {
    const token = await authenticate();
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new TijoriError('The server gave an access token that is none', { code: 'unexpected_answer' });
    }
    const lifeMs = lifeOf(token);
    current = { token, renewAtMs: clock.now() + lifeMs - Math.min(aheadMsMax, lifeMs / 10) };
    return token;
  };

  return {
    async get(signal) {
      if (current && clock.now() < current.renewAtMs) return current.token;
      pending ??= renew().finally(() => {
        pending = undefined;
      });
      return withSignal(pending, signal);
    },
    drop(token) {
      if (current?.token === token) current = undefined;
    },
  };
}

/** From issue to expiry, both by the server's clock, so that ours may be wrong. */
function lifeOf(token: string): number {
  const claims = parsed(base64UrlText(token.split('.')[1] ?? ''));
  const { iat, exp } = isRecord(claims) ? claims : {};
  const lifeMs = typeof iat === 'number' && typeof exp === 'number' ? (exp - iat) * 1000 : Number.NaN;
  return lifeMs > 0 ? lifeMs : unreadableMs;
}

function base64UrlText(text: string): string {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

/** A wait that others share: who aborts leaves it, and it goes on for the rest. */
function withSignal<Value>(shared: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
