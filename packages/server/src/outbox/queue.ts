import type { DeliveryOfEvent } from '../stores/webhook-deliveries.ts';

/** Attempts of one endpoint at a time: at the beginning, and at most. */
const concurrencyAtFirst = 8;
const concurrencyMax = 32;

/** What one endpoint still gets: read from its table in pieces, sent by so many at a time as it takes well. */
export interface Queue {
  readonly endpointId: string;
  /** Attempts that are under way. */
  readonly underway: number;
  /** Whether another attempt may begin, and something is there to send. */
  readonly isReady: boolean;
  /** Whether fewer are left than could be sent at once. */
  readonly isLow: boolean;
  /** Whether nothing waits to be sent. */
  readonly isEmpty: boolean;
  /** How many are waiting or under way, so that they need not be read again. */
  readonly size: number;
  /** A read begins. What is through before it ends may still stand in it as due, and is not taken from it. */
  expectRows(): void;
  /** Takes what was read, but for what it has already. Whether anything was new. */
  fill(rows: readonly DeliveryOfEvent[]): boolean;
  take(): DeliveryOfEvent | undefined;
  /** A taken one is through. A receiver that fails gets fewer at a time, down to one; one that takes them gets more. */
  settle(item: DeliveryOfEvent, delivered: boolean): void;
  /** Forgets what is not under way. */
  clear(): void;
}

export function openQueue(endpointId: string): Queue {
  let waiting: DeliveryOfEvent[] = [];
  const held = new Set<string>();
  let throughSinceRead = new Set<string>();
  let underway = 0;
  let concurrency = concurrencyAtFirst;
  return {
    endpointId,
    get underway() {
      return underway;
    },
    get isReady() {
      return waiting.length > 0 && underway < concurrency;
    },
    get isLow() {
      return waiting.length < concurrency;
    },
    get isEmpty() {
      return waiting.length === 0;
    },
    get size() {
      return held.size;
    },
    expectRows() {
      throughSinceRead = new Set();
    },
    fill(rows) {
      const fresh = rows.filter(({ event }) => !held.has(event.id) && !throughSinceRead.has(event.id));
      for (const { event } of fresh) held.add(event.id);
      waiting.push(...fresh);
      return fresh.length > 0;
    },
    take() {
      const next = waiting.shift();
      if (next) underway += 1;
      return next;
    },
    settle({ event }, delivered) {
      underway -= 1;
      held.delete(event.id);
      throughSinceRead.add(event.id);
      concurrency = delivered ? Math.min(concurrencyMax, concurrency + 1) : Math.max(1, Math.floor(concurrency / 2));
    },
    clear() {
      for (const { event } of waiting) held.delete(event.id);
      waiting = [];
    },
  };
}
