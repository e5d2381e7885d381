import { connect, type Socket } from 'node:net';

/** What came of a load that does not wait for answers: requests are due by the clock, however the server fares. */
export interface OpenLoop {
  /** Requests that were due, a second. */
  duePerSecond: number;
  /** Answers 200 within `inTimeMs` of when their request was due, a second. */
  goodPerSecond: number;
  /** Of the answers 200, from when the request was due, ms. */
  p50Ms: number;
  p99Ms: number;
  /** Answers 503, and those of them with `Retry-After`. */
  refused: number;
  refusedRightly: number;
  /** Of the answers 503, from when the request was due, ms. */
  refusedP99Ms: number;
  /** Requests that found every connection taken: their callers had to wait outside. */
  unsent: number;
  /** Requests that were sent and not answered by the end. */
  unanswered: number;
  /** Any other status, and connections that broke with a request under way. */
  wrong: number;
  /** How late requests were sent that found a connection: what the load itself adds to every time, ms in 99 %. */
  lateP99Ms: number;
}

/** An answer later than this helps nobody, ms. */
const inTimeMs = 1_000;
/** As many as the gateway takes, less some for whoever looks at its health. */
const connectionsMax = 4_000;
/** How often the clock is looked at, ms. */
const tickMs = 2;
/** A load that sends later than this is itself what is measured, ms. */
export const lateMsMax = 25;

/** What is asked for, again and again. */
export interface Target {
  baseUrl: string;
  /** The request as it goes over the line. */
  request: string;
  /** Fewer connections than the gateway takes at most. */
  connections?: number;
}

/** Connections over which a request can be sent by the clock. One that the server closes is opened again. */
export interface Lines {
  /** Opens them anew if they have long been idle: the server is about to close them, and what is sent in that moment is lost. Part of `run`. */
  refresh(): Promise<void>;
  run(perSecond: number, seconds: number): Promise<OpenLoop>;
  close(): void;
}

interface Line {
  socket: Socket;
  dueMs: number;
  isTaken: boolean;
  received: string;
}

/**
 * Opens connections for one request, again and again, with at most one under way on each. Written by hand because a client library costs several times
 * what the server under test does: at five times its capacity the client would be what is measured. A line is used again at once after a refusal, as if
 * somebody else had it next: nobody here obeys `Retry-After`.
 */
export async function openLines({ baseUrl, request, connections = connectionsMax }: Target): Promise<Lines> {
  const { hostname, port } = new URL(baseUrl);
  /** The one that has waited longest goes first: the server closes what is idle for seconds. */
  const idle = new Set<Line>();
  const lines = new Set<Line>();
  let tally = newTally();
  let isClosed = false;

  const answered = (line: Line) => {
    tally.note(line.received, performance.now() - line.dueMs);
    line.received = '';
    line.isTaken = false;
    idle.add(line);
  };
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      const line: Line = { socket, dueMs: 0, isTaken: false, received: '' };
      lines.add(line);
      socket.setEncoding('latin1');
      socket.once('connect', () => {
        idle.add(line);
        resolve();
      });
      socket.on('data', (text: string) => {
        line.received += text;
        if (isWhole(line.received)) answered(line);
      });
      socket.on('error', () => {});
      socket.once('close', () => {
        lines.delete(line);
        idle.delete(line);
        if (line.isTaken) tally.broken();
        resolve();
        setTimeout(() => {
          if (!isClosed && lines.size < connections) void open();
        }, reopenMs).unref();
      });
    });
  const openAll = async () => {
    // Not all in one moment: the queue of new connections is short.
    for (let opened = 0; opened < connections; opened += openedTogether) {
      await Promise.all(Array.from({ length: Math.min(openedTogether, connections - opened) }, open));
    }
  };
  const closeAll = async () => {
    isClosed = true;
    await Promise.all(
      [...lines].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve).destroy())),
    );
    // Until the server has seen it: it would take the new ones for too many.
    await new Promise((resolve) => setTimeout(resolve, closedMs));
    isClosed = false;
  };
  await openAll();
  let ranMs = performance.now();

  const refresh = async () => {
    if (performance.now() - ranMs < idleMsMax) return;
    await closeAll();
    await openAll();
    ranMs = performance.now();
  };
  const send = (dueMs: number) => {
    const [line] = idle;
    if (line === undefined) return tally.unsent();
    idle.delete(line);
    line.dueMs = dueMs;
    line.isTaken = true;
    tally.sent(performance.now() - dueMs);
    line.socket.write(request);
  };
  return {
    refresh,
    async run(perSecond, seconds) {
      await refresh();
      tally = newTally();
      await sendByTheClock(perSecond, seconds, send);
      // Whoever is still waiting after this would have left.
      const untilMs = performance.now() + 2 * inTimeMs;
      while (tally.isUnderway && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
      const sum = tally.sum(perSecond, seconds);
      ranMs = performance.now();
      // An answer that still comes is none of the next run.
      for (const line of lines) {
        if (!line.isTaken) continue;
        line.isTaken = false;
        line.socket.destroy();
      }
      return sum;
    },
    close() {
      isClosed = true;
      for (const { socket } of lines) socket.destroy();
    },
  };
}

const openedTogether = 100;
const closedMs = 1_000;
/** Connections that nobody has used for so long are opened anew, ms. */
const idleMsMax = 2_000;
/** A connection that was closed is opened again after this, ms. */
const reopenMs = 50;

function sendByTheClock(perSecond: number, seconds: number, send: (dueMs: number) => void): Promise<void> {
  const beganMs = performance.now();
  const all = Math.round(perSecond * seconds);
  let due = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const untilNow = Math.min(all, Math.floor(((performance.now() - beganMs) / 1000) * perSecond));
      for (; due < untilNow; due += 1) send(beganMs + (due / perSecond) * 1000);
      if (due < all) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
}

/** Whether an answer is there to its end. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

function newTally() {
  const served: number[] = [];
  const refusals: number[] = [];
  const late: number[] = [];
  const counts = { underway: 0, good: 0, refusedRightly: 0, unsent: 0, wrong: 0 };
  return {
    get isUnderway() {
      return counts.underway > 0;
    },
    sent(lateMs: number) {
      counts.underway += 1;
      late.push(lateMs);
    },
    unsent() {
      counts.unsent += 1;
    },
    broken() {
      counts.underway -= 1;
      counts.wrong += 1;
    },
    note(answer: string, ms: number) {
      counts.underway -= 1;
      const status = answer.slice(9, 12);
      if (status === '200') {
        served.push(ms);
        if (ms <= inTimeMs) counts.good += 1;
      } else if (status === '503') {
        refusals.push(ms);
        if (/^retry-after: \d+/im.test(answer)) counts.refusedRightly += 1;
      } else counts.wrong += 1;
    },
    sum(perSecond: number, seconds: number): OpenLoop {
      const { underway, good, refusedRightly, unsent, wrong } = counts;
      return {
        duePerSecond: perSecond,
        goodPerSecond: good / seconds,
        p50Ms: percentile(served, 0.5),
        p99Ms: percentile(served, 0.99),
        refused: refusals.length,
        refusedRightly,
        refusedP99Ms: percentile(refusals, 0.99),
        unsent,
        unanswered: underway,
        wrong,
        lateP99Ms: percentile(late, 0.99),
      };
    },
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
