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
  /** Requests that found every connection taken, or were not answered by the end. */
  unanswered: number;
  /** Any other status, and broken connections. */
  wrong: number;
}

/** An answer later than this helps nobody, ms. */
const inTimeMs = 1_000;
/** As many as the gateway takes, less some for whoever looks at its health. */
const connectionsMax = 4_000;
/** How often the clock is looked at, ms. */
const tickMs = 2;

/** What is asked for, again and again. */
export interface Flood {
  baseUrl: string;
  /** The request as it goes over the line. */
  request: string;
  perSecond: number;
  seconds: number;
  /** Fewer connections than the gateway takes at most. */
  connections?: number;
}

interface Line {
  socket: Socket;
  dueMs: number;
  received: string;
}

/**
 * Sends one request again and again, over connections with at most one under way on each. Written by hand because a client library costs several times
 * what the server under test does: at five times its capacity the client would be what is measured.
 */
export async function runOpenLoop({
  baseUrl,
  request,
  perSecond,
  seconds,
  connections = connectionsMax,
}: Flood): Promise<OpenLoop> {
  const { hostname, port } = new URL(baseUrl);
  /** The one that has waited longest goes first: the server closes what is idle for seconds. */
  const idle = new Set<Line>();
  let taken = 0;
  const latencies: number[] = [];
  const counts = { good: 0, refused: 0, refusedRightly: 0, wrong: 0 };

  const answered = (line: Line, text: string) => {
    const status = text.slice(9, 12);
    if (status === '200') {
      const ms = performance.now() - line.dueMs;
      latencies.push(ms);
      if (ms <= inTimeMs) counts.good += 1;
    } else if (status === '503') {
      counts.refused += 1;
      if (/^retry-after: \d+/im.test(text)) counts.refusedRightly += 1;
    } else counts.wrong += 1;
  };
  const lines = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      // Not all in one moment: the queue of new connections is short.
      await new Promise((resolve) => setTimeout(resolve, index / 4));
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      socket.setEncoding('latin1');
      const line: Line = { socket, dueMs: 0, received: '' };
      socket.on('data', (text: string) => {
        line.received += text;
        const end = line.received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(/^content-length: (\d+)/im.exec(line.received)?.[1] ?? 0);
        if (line.received.length < end + 4 + length) return;
        answered(line, line.received);
        line.received = '';
        taken -= 1;
        idle.add(line);
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        if (!idle.delete(line)) counts.wrong += 1;
      });
      return line;
    }),
  );

  for (const line of lines) idle.add(line);
  let due = 0;
  let unsent = 0;
  const beganMs = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - beganMs;
      const untilNow = Math.min(perSecond * seconds, Math.floor((elapsedMs / 1000) * perSecond));
      for (; due < untilNow; due += 1) {
        const [line] = idle;
        if (line === undefined) {
          unsent += 1;
          continue;
        }
        idle.delete(line);
        line.dueMs = beganMs + (due / perSecond) * 1000;
        taken += 1;
        line.socket.write(request);
      }
      if (due < perSecond * seconds) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
  // Whoever is still waiting after this would have left.
  const untilMs = performance.now() + 2 * inTimeMs;
  while (taken > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const { socket } of lines) socket.removeAllListeners('close').destroy();
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    duePerSecond: perSecond,
    goodPerSecond: counts.good / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    refused: counts.refused,
    refusedRightly: counts.refusedRightly,
    unanswered: unsent + taken,
    wrong: counts.wrong,
  };
}
