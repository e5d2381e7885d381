import type { DeliveryFault } from '@tijori/wire';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Attempted, Disturbance } from './attempt.ts';

/** Most faults that wait for an endpoint. */
const faultsWaitingMax = 1_000;
/** How late a delayed delivery comes, ms. */
const delayMs = 3_000;
/** How far back a stale timestamp lies, seconds: well past the tolerance of five minutes. */
const staleSeconds = 3_600;
/** Longest wait of a delivery for the one that is to overtake it, ms. */
const overtakenMsMax = 5_000;

type Send = (disturbance?: Disturbance) => Promise<Attempted>;

/** Lets deliveries of test endpoints go wrong on purpose (wire: `deliveryFaults`). In memory: a fault belongs to a test. */
export interface DeliveryFaults {
  /** The next `times` attempts at this endpoint go wrong so. */
  add(endpoint: WebhookEndpoint, fault: DeliveryFault, times: number): void;
  /** Sends as the next fault of the endpoint wants it, or plainly if there is none. */
  play(endpoint: WebhookEndpoint, send: Send): Promise<Attempted>;
  forgetWorkspace(workspaceId: string): void;
}

interface Waiting {
  workspaceId: string;
  faults: DeliveryFault[];
  /** Wakes a delivery that waits to be overtaken. */
  overtaken: (() => void)[];
}

export function openDeliveryFaults({
  now,
  wait,
}: {
  now: () => number;
  wait: (ms: number) => Promise<void>;
}): DeliveryFaults {
  const endpoints = new Map<string, Waiting>();
  const players: Record<DeliveryFault, (send: Send, waiting: Waiting) => Promise<Attempted>> = {
    duplicate: async (send) => {
      await send();
      return send();
    },
    delay: async (send) => {
      await wait(delayMs);
      return send();
    },
    reorder: async (send, waiting) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.overtaken.push(resolve);
      await Promise.race([promise, wait(overtakenMsMax)]);
      return send();
    },
    drop: async () => ({
      attempt: { atMs: now(), durationMs: 0, status: null, failure: 'connection_failed', answer: '' },
      delivered: false,
      gone: false,
      retryAfter: undefined,
    }),
    bad_signature: (send) => send({ badSignature: true }),
    stale_timestamp: (send) => send({ ageSeconds: staleSeconds }),
  };
  return {
    add({ id, workspaceId }, fault, times) {
      const waiting = endpoints.get(id) ?? { workspaceId, faults: [], overtaken: [] };
      endpoints.set(id, waiting);
      for (let left = Math.min(times, faultsWaitingMax - waiting.faults.length); left > 0; left -= 1)
        waiting.faults.push(fault);
    },
    async play({ id, mode }, send) {
      const waiting = mode === 'test' ? endpoints.get(id) : undefined;
      const fault = waiting?.faults.shift();
      if (!waiting || fault === undefined) {
        const attempted = await send();
        for (const wake of waiting?.overtaken.splice(0) ?? []) wake();
        return attempted;
      }
      return players[fault](send, waiting);
    },
    forgetWorkspace(workspaceId) {
      for (const [id, waiting] of endpoints) if (waiting.workspaceId === workspaceId) endpoints.delete(id);
    },
  };
}
