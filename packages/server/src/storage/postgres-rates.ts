import { hash } from 'node:crypto';
import type { Db, Row, Value } from './db.ts';
import type { Command } from './postgres-batch.ts';
import type { Connections, Lane } from './postgres-connections.ts';
import { isLost, isTransient, toAppError } from './postgres-errors.ts';
import type { Bucket, RateStore, Use } from './rate-store.ts';

/** Most counters that a node keeps in mind; past it the oldest is forgotten, and its count is still in the table. */
const bucketsMax = 20_000;
/** Calls taken ahead go back when they were not used for this long, and a refusal is believed as long, ms. */
const settledAfterMs = 250;
/** Calls are taken ahead only for a key that used up the last ones faster than this, ms … */
const busyWithinMs = 100;
/** … this many at first, then twice as many each time, but never more than a sixteenth of the quota. */
const aheadMin = 8;
const aheadPerQuota = 1 / 16;
/** Most counters of one batch. */
const bucketsPerBatchMax = 128;
/** How often a batch is tried in all. */
const triesMax = 2;
/** A bucket without a quota counts on without end. */
const endless = 2 ** 31;

/** What this node knows of one counter. */
interface Share {
  key: string;
  windowMs: number;
  quota: number;
  endsAtMs: number;
  /** Counted in the table by all nodes, when it was last asked. */
  used: number;
  /** Calls that are counted there already and not made yet. */
  ahead: number;
  /** How many are taken ahead next time. */
  aheadNext: number;
  /** On the clock of this process: how fast calls come has nothing to do with the time of day. */
  askedAtMs: number;
  refusedUntilMs: number;
  giveBack: number;
  isTimed: boolean;
  waiting: { resolve: (use: Use) => void; reject: (error: unknown) => void }[];
}

export interface PostgresRates extends RateStore {
  /** Gives back what was taken ahead. */
  close(): Promise<void>;
}

/**
 * Counters that several nodes share, in a table. Calls of one turn of the event loop are counted together, and a busy key's
 * node takes some ahead, so that most calls wait for nothing.
 *
 * No window ever admits more than its quota, over all nodes together. It admits no less either, except that what a node
 * took ahead and did not use is out of reach for the others for a quarter of a second; in the second half of a quota nobody
 * takes ahead. Counts are the one thing that a crash of the database may lose (`synchronous_commit = off`).
 */
export function postgresRates(connections: Connections, read: Db['all'], now: () => number): PostgresRates {
  const shares = new Map<string, Share>();
  let due = new Set<Share>();
  let asking: Promise<void> | undefined;

  const shareOf = ({ policy, key }: Bucket, windowMs: number, quota: number): Share => {
    const name = `${policy} ${key}`;
    const known = shares.get(name);
    if (known) {
      known.quota = quota;
      return known;
    }
    const [oldest] = shares.size >= bucketsMax ? shares.keys() : [];
    if (oldest !== undefined) shares.delete(oldest);
    const share: Share = {
      key: hash('sha256', name),
      windowMs,
      quota,
      endsAtMs: 0,
      used: 0,
      ahead: 0,
      aheadNext: 0,
      askedAtMs: 0,
      refusedUntilMs: 0,
      giveBack: 0,
      isTimed: false,
      waiting: [],
    };
    shares.set(name, share);
    return share;
  };
  /** How long its window runs on, ms; 0 for one that is over, or so far ahead that a clock set back has left it there. */
  const leftOf = ({ endsAtMs, windowMs }: Share) => {
    const leftMs = endsAtMs - now();
    return leftMs > 0 && leftMs <= windowMs * 2 ? leftMs : 0;
  };
  const ask = (share: Share) => {
    due.add(share);
    asking ??= new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      while (due.size > 0) {
        // In one order for all nodes, so that none waits for a row of the other in a circle.
        const batch = [...due].slice(0, bucketsPerBatchMax).sort((one, other) => (one.key < other.key ? -1 : 1));
        due = new Set([...due].filter((each) => !batch.includes(each)));
        await askAll(batch);
      }
      asking = undefined;
    });
  };
  const askAll = async (batch: Share[]) => {
    const atMs = now();
    const asked = batch.map((share) => {
      const { waiting, giveBack } = share;
      share.waiting = [];
      share.giveBack = 0;
      const used = leftOf(share) > 0 ? share.used : 0;
      const ahead = waiting.length > 0 && used * 2 < share.quota ? share.aheadNext : 0;
      return { share, waiting, giveBack, wanted: waiting.length + ahead };
    });
    try {
      const commands = [begin, lightly, ...asked.map((each) => taking(each, atMs)), commit];
      const rows = await connections.use((lane) => persistently(lane, commands));
      asked.forEach(({ share, waiting }, index) => {
        settle(share, waiting, rows[index + 2]?.[0] ?? {});
      });
    } catch (error) {
      for (const { waiting } of asked) for (const { reject } of waiting) reject(toAppError(error));
    }
  };
  const settle = (share: Share, waiting: Share['waiting'], row: Record<string, Value>) => {
    const granted = Number(row.granted);
    share.used = Number(row.used);
    if (share.endsAtMs !== Number(row.ends_at_ms)) share.ahead = 0;
    share.endsAtMs = Number(row.ends_at_ms);
    const resetsInMs = Math.max(1, share.endsAtMs - now());
    const before = share.used - granted;
    waiting.forEach(({ resolve }, index) => {
      resolve({ used: index < granted ? before + index + 1 : share.quota + 1, resetsInMs });
    });
    if (granted < waiting.length) share.refusedUntilMs = performance.now() + settledAfterMs;
    share.ahead += Math.max(0, granted - waiting.length);
    if (waiting.length > 0) share.askedAtMs = performance.now();
    if (share.ahead > 0) giveBackLater(share);
  };
  const giveBackLater = (share: Share) => {
    if (share.isTimed) return;
    share.isTimed = true;
    setTimeout(() => {
      share.isTimed = false;
      if (share.ahead === 0) return;
      if (performance.now() - share.askedAtMs < settledAfterMs) giveBackLater(share);
      else giveBack(share);
    }, settledAfterMs).unref();
  };
  const giveBack = (share: Share) => {
    share.giveBack += share.ahead;
    share.ahead = 0;
    if (share.giveBack > 0 && leftOf(share) > 0) ask(share);
  };

  return {
    take(bucket, windowMs, quota = endless) {
      const share = shareOf(bucket, windowMs, quota);
      const resetsInMs = leftOf(share);
      if (resetsInMs > 0 && share.ahead > 0) {
        share.ahead -= 1;
        if (share.ahead === 0) share.aheadNext = more(share);
        return { used: share.used - share.ahead, resetsInMs };
      }
      if (resetsInMs > 0 && performance.now() < share.refusedUntilMs) return { used: quota + 1, resetsInMs };
      // What was taken ahead in a window that is over is worth nothing.
      share.ahead = 0;
      if (share.aheadNext === 0 && share.waiting.length === 0) share.aheadNext = more(share);
      return new Promise((resolve, reject) => {
        share.waiting.push({ resolve, reject });
        ask(share);
      });
    },
    // With the reads of its moment, and so never in the way of writes.
    async look({ policy, key }, windowMs) {
      const [row] = await read(looking, [hash('sha256', `${policy} ${key}`), now(), now() + windowMs * 2]);
      if (!row) return { used: 0, resetsInMs: windowMs };
      return { used: Number(row.used), resetsInMs: Number(row.ends_at_ms) - now() };
    },
    async close() {
      for (const share of shares.values()) giveBack(share);
      await asking;
    },
  };
}

/** How many to take ahead next time, judged by how fast the last ones went. */
function more(share: Share): number {
  if (performance.now() - share.askedAtMs > busyWithinMs) return Math.floor(share.aheadNext / 2);
  return Math.min(Math.max(aheadMin, share.aheadNext * 2), Math.floor(share.quota * aheadPerQuota));
}

/** Runs the transaction, a second time after a deadlock or a serialization failure. Leaves none open. */
async function persistently(lane: Lane, commands: readonly Command[]): Promise<Row[][]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await lane.run(commands, { learn: true });
    } catch (error) {
      if (isLost(error)) throw error;
      await lane.run([rollback]);
      if (!isTransient(error) || tries >= triesMax) throw error;
    }
  }
}

const begin: Command = { text: 'begin', params: [] };
const commit: Command = { text: 'commit', params: [] };
const rollback: Command = { text: 'rollback', params: [] };
const lightly: Command = { text: 'set local synchronous_commit = off', params: [] };

const looking =
  'select used, ends_at_ms from rate_windows where bucket_hash = $1 and ends_at_ms > $2 and ends_at_ms <= $3';

/** How many calls the running window has, without what the node gives back to this very one. */
const running = 'greatest(0, w.used - case when w.ends_at_ms = $7::bigint then $6::bigint else 0 end)';
/** Clocks of nodes differ by less than a window, so one that ends after the next began under a clock that was ahead. */
const isOver = '(w.ends_at_ms <= $4::bigint or w.ends_at_ms > 2 * $5::bigint - $4::bigint)';
const first = 'least($2::bigint, $3::bigint)';

/**
 * Counts `$2` calls of a quota of `$3`, after giving back `$6` of the window that ends at `$7`, in the window that runs at
 * `$4`; or begins one that ends at `$5`. Each right-hand side sees the row as it was, so `granted` is by how much `used` grows.
 */
const counting = `
  insert into rate_windows as w (bucket_hash, used, granted, ends_at_ms) values ($1, ${first}, ${first}, $5::bigint)
  on conflict (bucket_hash) do update set
    granted = case when ${isOver} then ${first} else greatest(0, least(${running} + $2::bigint, $3::bigint) - ${running}) end,
    used = case when ${isOver} then ${first} else greatest(${running}, least(${running} + $2::bigint, $3::bigint)) end,
    ends_at_ms = case when ${isOver} then $5::bigint else w.ends_at_ms end
  returning used, granted, ends_at_ms`;

interface Asked {
  share: Share;
  wanted: number;
  giveBack: number;
}

function taking({ share, wanted, giveBack }: Asked, nowMs: number): Command {
  const endsAtMs = nowMs + share.windowMs;
  return { text: counting, params: [share.key, wanted, share.quota, nowMs, endsAtMs, giveBack, share.endsAtMs] };
}
