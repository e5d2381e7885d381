import type { DeliveryAttempt } from '../domain/delivery.ts';
import { type EndpointSecrets, endpointLabel, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Seal } from '../vault/seal.ts';
import { attemptDelivery, type Message } from './attempt.ts';
import { type DispatcherDeps, openDispatcher } from './dispatcher.ts';
import type { KnownEndpoints } from './known-endpoints.ts';

/** Time between two looks at the queues when nothing is expected, ms. */
const lookEveryMs = 1_000;
/** Time between two looks when something was just written, ms. */
const lookSoonMs = 10;
/** Looks in a row that find nothing before it is given up to expect something. */
const emptyLooksMax = 20;

/** Events on their way to endpoints. */
export interface Outbox {
  endpoints: KnownEndpoints;
  /** Something is about to be committed that wants to go out: look soon, and not only at the next round. */
  expect(): void;
  /** Sends a message to an endpoint once, at once, outside its queue. */
  sendNow(endpoint: WebhookEndpoint, message: Message): Promise<DeliveryAttempt>;
  /** Sends all that is due by now, and resolves when that is done. */
  sendDue(): Promise<void>;
  /** From now on it looks by itself. */
  start(): void;
  stop(): Promise<void>;
}

type OutboxDeps = Omit<DispatcherDeps, 'secretsOf'>;

export function openOutbox(deps: OutboxDeps): Outbox {
  const { endpoints, log, now, egress } = deps;
  const secretsOf = openSecrets(deps);
  const dispatcher = openDispatcher({ ...deps, secretsOf });
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
      soon > 0 ? lookSoonMs : lookEveryMs,
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
    async sendNow(endpoint, message) {
      const { attempt } = await attemptDelivery({ egress, now }, endpoint, secretsOf(endpoint), message);
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

/** The secrets that sign for an endpoint now, the newest first; opened once for each change of them. */
function openSecrets({ seal, now }: Pick<OutboxDeps, 'seal' | 'now'>) {
  const opened = new WeakMap<WebhookEndpoint, EndpointSecrets>();
  return (endpoint: WebhookEndpoint): string[] => {
    const secrets = opened.get(endpoint) ?? readSecrets(seal, endpoint);
    opened.set(endpoint, secrets);
    const overlaps = secrets.previous !== null && now() < (endpoint.secretOverlapUntilMs ?? 0);
    return [secrets.current, ...(overlaps && secrets.previous !== null ? [secrets.previous] : [])];
  };
}

/** The secrets of an endpoint, as they were sealed. */
export function readSecrets(seal: Seal, endpoint: WebhookEndpoint): EndpointSecrets {
  return JSON.parse(seal.openSmall(endpoint.sealedSecrets, endpointLabel(endpoint)).toString()) as EndpointSecrets;
}
