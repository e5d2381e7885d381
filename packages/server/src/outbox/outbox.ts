import type { DeliveryAttempt } from '../domain/delivery.ts';
import { signingSecrets, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import { attemptDelivery, type Message } from './attempt.ts';
import { type DispatcherDeps, openDispatcher } from './dispatcher.ts';
import type { KnownEndpoints } from './known-endpoints.ts';
import { type SigningKey, signingKey } from './sign.ts';

/** Time between two looks at the queues when nothing is expected, ms. */
const lookEveryMs = 1_000;
/** Time between two looks when something was just written, ms. */
const lookSoonMs = 10;
/** … and while deliveries give way to calls. */
const lookHeldMs = 50;
/** Signing keys that are kept ready. */
const keysKeptMax = 1_000;
/** Looks in a row that find nothing before it is given up to expect something. */
const emptyLooksMax = 20;

/** Events on their way to endpoints. */
export interface Outbox {
  endpoints: KnownEndpoints;
  /** Something is about to be committed that wants to go out: look soon, and not only at the next round. */
  expect(): void;
  /** A call came. While callers fill the process, deliveries give way to them. */
  noteCall(): void;
  /** Sends a message to an endpoint once, at once, outside its queue. */
  sendNow(endpoint: WebhookEndpoint, message: Message): Promise<DeliveryAttempt>;
  /** Sends all that is due by now, and resolves when that is done. */
  sendDue(): Promise<void>;
  /** From now on it looks by itself. */
  start(): void;
  stop(): Promise<void>;
}

type OutboxDeps = Omit<DispatcherDeps, 'keysOf'>;

export function openOutbox(deps: OutboxDeps): Outbox {
  const { endpoints, log, now, egress } = deps;
  const keysOf = signingKeys(deps);
  const dispatcher = openDispatcher({ ...deps, keysOf });
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let started = false;
  let soon = 0;
  let refreshedAtMs = performance.now();

  const runRound = async () => {
    // Once a second is enough to hear of what other processes change.
    if (performance.now() - refreshedAtMs >= lookEveryMs) {
      refreshedAtMs = performance.now();
      await endpoints.refresh();
    }
    const found = await dispatcher.look();
    soon = found ? emptyLooksMax : Math.max(0, soon - 1);
  };
  const plan = () => {
    if (!started || timer) return;
    timer = setTimeout(
      () => {
        round = runRound()
          .catch((error: unknown) => {
            soon = 0;
            log.error({ cause: error instanceof Error ? error.stack : undefined }, 'the outbox could not look');
          })
          .finally(() => {
            timer = undefined;
            round = undefined;
            plan();
          });
      },
      dispatcher.isHeld ? lookHeldMs : soon > 0 ? lookSoonMs : lookEveryMs,
    );
  };
  return {
    endpoints,
    expect() {
      const wasQuiet = soon === 0;
      soon = emptyLooksMax;
      if (!started || !wasQuiet || !timer || round) return;
      clearTimeout(timer);
      timer = undefined;
      plan();
    },
    noteCall: deps.pace.noteCall,
    async sendNow(endpoint, message) {
      const { attempt } = await attemptDelivery({ egress, now }, endpoint, keysOf(endpoint), message);
      return attempt;
    },
    async sendDue() {
      while (await dispatcher.look()) await dispatcher.idle();
      await dispatcher.idle();
    },
    start() {
      started = true;
      soon = emptyLooksMax;
      plan();
    },
    async stop() {
      started = false;
      if (timer && !round) clearTimeout(timer);
      await round;
      await dispatcher.stop();
    },
  };
}

/** What signs for an endpoint now, the newest first. */
function signingKeys({ endpoints, now }: Pick<OutboxDeps, 'endpoints' | 'now'>) {
  const kept = new Map<string, SigningKey>();
  const keyOf = (secret: string): SigningKey => {
    const key = kept.get(secret) ?? signingKey(secret);
    if (kept.size >= keysKeptMax) kept.clear();
    kept.set(secret, key);
    return key;
  };
  return (endpoint: WebhookEndpoint): SigningKey[] =>
    signingSecrets(endpoint, endpoints.secretsOf(endpoint), now()).map(keyOf);
}
