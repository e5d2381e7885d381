import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Egress } from '../egress/egress.ts';
import type { Logger } from '../log/logger.ts';
import type { DeliveryOfEvent } from '../stores/webhook-deliveries.ts';
import { attemptDelivery, type Disturbance } from './attempt.ts';
import type { DeliveryFaults } from './delivery-faults.ts';
import { openFanOut } from './fan-out.ts';
import type { Pace } from './pace.ts';
import { toPayload } from './payload.ts';
import { openQueue, type Queue } from './queue.ts';
import { type Settling, settleAttempt } from './settle.ts';
import type { SigningKey } from './sign.ts';

/** Attempts at a time of all endpoints. One of each endpoint may always begin, so that the slow ones never hold up the rest. */
const underwayMax = 512;
/** Rows that are read for an endpoint at a time. */
const pieceRows = 128;
/** A queue is ours for this long, ms; it is leased anew at half of it. A dead process's queues are taken over after it. */
const leaseMs = 15_000;
/** How long a queue rests after an attempt that could not be noted, ms. */
const restMs = 5_000;
/** Attempts that are under way at the end have so long, ms. */
const stopMsMax = 2_000;

export interface DispatcherDeps extends Settling {
  egress: Egress;
  pace: Pace;
  log: Logger;
  /** This process, among all that there ever are. */
  holder: string;
  /** What signs for an endpoint, the newest first. */
  keysOf: (endpoint: WebhookEndpoint) => readonly SigningKey[];
  /** What tests want to go wrong; null where there are no levers. */
  faults: DeliveryFaults | null;
}

/** Brings what is due to its endpoints. */
export interface Dispatcher {
  /** Looks for what is due and begins with it. Resolves, once begun, to whether there was anything. */
  look(): Promise<boolean>;
  /** Whether callers come first at the moment, and looks in quick succession would find nothing that may begin. */
  readonly isHeld: boolean;
  /** Resolves when no attempt is under way. */
  idle(): Promise<void>;
  /** Begins nothing any more, waits for what is under way, and lets go of the queues. */
  stop(): Promise<void>;
}

export function openDispatcher(deps: DispatcherDeps): Dispatcher {
  const { stores, endpoints, now, holder, pace } = deps;
  const queues = new Map<string, Queue>();
  const leases = new Map<string, number>();
  const resting = new Map<string, number>();
  const underway = new Set<Promise<void>>();
  let stopping = false;

  const fanOut = openFanOut({ stores, pace }, (endpointId) => queues.get(endpointId)?.isEmpty ?? true);

  /** Whom the pace holds back, longest first: each has one attempt in its turn, so that a long queue takes nothing from a short one. */
  const held = new Set<string>();

  /** Whether nobody else can have its queue. A process that was stopped for a while finds that its lease is over. */
  const isLeased = (endpointId: string, forMs = 0) => {
    const leftMs = (leases.get(endpointId) ?? 0) - now();
    return leftMs > forMs && leftMs <= leaseMs;
  };
  const hasRoom = (queue: Queue) =>
    !stopping && queue.isReady && (underway.size < underwayMax || queue.underway === 0) && isLeased(queue.endpointId);
  const begin = (endpoint: WebhookEndpoint, queue: Queue) => {
    while (hasRoom(queue)) {
      if (held.size > 0 || !pace.mayBegin()) {
        held.add(endpoint.id);
        return;
      }
      attempt(endpoint, queue);
    }
  };
  const letGo = () => {
    // Who is added again while this runs comes again at its end.
    for (const id of held) {
      const [endpoint, queue] = [endpoints.find(id), queues.get(id)];
      const isReady = endpoint?.enabled && queue && !isResting(id) && hasRoom(queue);
      if (isReady && !pace.mayBegin()) return;
      held.delete(id);
      if (!endpoint?.enabled) queue?.clear();
      if (!isReady) continue;
      attempt(endpoint, queue);
      if (hasRoom(queue)) held.add(id);
    }
  };
  const attempt = (endpoint: WebhookEndpoint, queue: Queue) => {
    const item = queue.take();
    if (!item) return;
    const work = deliver(deps, endpoint, item, () => stopping)
      .then((delivered) => queue.settle(item, delivered))
      .catch((error: unknown) => {
        queue.settle(item, false);
        // A database that takes no notes would have the same deliveries sent again and again.
        resting.set(endpoint.id, now() + restMs);
        deps.log.error({ cause: error instanceof Error ? error.stack : undefined }, 'a delivery could not be noted');
      })
      .then(() => goOn(endpoint.id, queue))
      .catch((error: unknown) => {
        // The next look goes on with it.
        deps.log.error({ cause: error instanceof Error ? error.stack : undefined }, 'a queue could not be read on');
      })
      .finally(() => underway.delete(work));
    underway.add(work);
  };
  /** After an attempt: the next one, and the next piece in time. */
  const goOn = async (endpointId: string, queue: Queue) => {
    const endpoint = endpoints.find(endpointId);
    letGo();
    if (stopping || !endpoint?.enabled || isResting(endpointId)) return queue.clear();
    begin(endpoint, queue);
    if (!queue.isLow || queue.isReady || queue.size === 0) return;
    if (await isOurs(endpointId)) await readMore(endpoint, queue);
  };
  const isResting = (endpointId: string) => {
    const leftMs = (resting.get(endpointId) ?? 0) - now();
    return leftMs > 0 && leftMs <= restMs;
  };
  const reading = new Set<string>();
  const readMore = async (endpoint: WebhookEndpoint, queue: Queue): Promise<boolean> => {
    if (reading.has(endpoint.id)) return false;
    reading.add(endpoint.id);
    try {
      queue.expectRows();
      const rows = await stores.webhookDeliveries.due(endpoint, now(), pieceRows + queue.size);
      const isNew = queue.fill(rows);
      begin(endpoint, queue);
      return isNew;
    } finally {
      reading.delete(endpoint.id);
    }
  };
  const isOurs = async (endpointId: string): Promise<boolean> => {
    if (isLeased(endpointId, leaseMs / 2)) return true;
    const nowMs = now();
    const lease = stores.webhookQueues.lease(endpointId, holder, { nowMs, untilMs: nowMs + leaseMs });
    const outcome = await stores.commit([lease]);
    if (outcome === 'committed') leases.set(endpointId, nowMs + leaseMs);
    return outcome === 'committed';
  };

  return {
    get isHeld() {
      return held.size > 0 || pace.isSlow;
    },
    async look() {
      const wasQueued = !stopping && (await fanOut());
      const due = await stores.webhookQueues.due(now());
      const found = await Promise.all(
        due.map(async (id) => {
          const endpoint = endpoints.find(id);
          if (stopping || !endpoint?.enabled || isResting(id)) return false;
          const queue = queues.get(id) ?? openQueue(id);
          queues.set(id, queue);
          // It was not worked on for so long that somebody else may have taken it over, and has it still or not.
          if (!isLeased(id)) queue.clear();
          if (!(await isOurs(id))) return false;
          if (queue.isLow && !held.has(id)) return readMore(endpoint, queue);
          // It has enough to go on with, or waits for room. One that hangs would else be read again at every look.
          begin(endpoint, queue);
          return false;
        }),
      );
      letGo();
      return wasQueued || found.includes(true) || held.size > 0;
    },
    async idle() {
      while (underway.size > 0) await Promise.all(underway);
    },
    async stop() {
      stopping = true;
      const done = this.idle();
      await Promise.race([done, sleep(stopMsMax, undefined, { ref: false })]);
      // Whatever still hangs is broken off and not noted: it goes out again after the next start.
      await deps.egress.close();
      await done;
      await stores.commit([stores.webhookQueues.release(holder)]);
    },
  };
}

/** One attempt, noted. Whether it was taken. */
async function deliver(
  deps: DispatcherDeps,
  endpoint: WebhookEndpoint,
  { delivery, event }: DeliveryOfEvent,
  isStopping: () => boolean,
): Promise<boolean> {
  const message = { id: event.id, body: JSON.stringify(toPayload(event)) };
  const { egress, now, faults } = deps;
  let called = endpoint;
  const send = (disturbance: Disturbance = {}) => {
    // As it is now: its address or its secrets may have changed since its queue was read.
    called = deps.endpoints.find(endpoint.id) ?? endpoint;
    return attemptDelivery({ egress, now, disturbance }, called, deps.keysOf(called), message);
  };
  const attempted = faults ? await faults.play(endpoint, send) : await send();
  if (attempted.delivered || !isStopping()) await settleAttempt(deps, called, delivery, attempted);
  return attempted.delivered;
}
