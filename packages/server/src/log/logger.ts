import { type DestinationStream, destination, pino } from 'pino';

export type Logger = ReturnType<typeof openLogger>;

/** One answered request. Every text in it is ours or made of hex and hyphens, so that it stands in JSON as it is. */
export interface RequestLine {
  transactionId: string;
  method: string;
  /** The route's pattern, never the address itself. */
  route: string;
  status: number;
  elapsedMs: number;
  workspaceId: string | undefined;
}

interface LoggerOptions {
  level: string;
  /** File to append to; left out: standard output. */
  file?: string | undefined;
  /** For tests. */
  stream?: DestinationStream | undefined;
}

/** Characters that are gathered before they are written: each piece wakes a thread to write it, and that one the event loop when it is done. */
const pieceChars = 65_536;
/** Most bytes of one write, so that a piece goes out whole whatever is before it. */
const writeBytesMax = 2 * pieceChars;
/** … and how long a line may wait for company, ms. */
const flushEveryMs = 500;

/** What waits for a log that takes nothing, bytes; past it lines are dropped. */
const waitingBytesMax = 1024 * 1024;

/** How long the last lines may take to go out, ms: a log that takes nothing must not keep a process that should end. */
const lastLinesMsMax = 1_000;

/** A full disk under the log costs lines and never the gateway: without a listener the first failed write would end it. */
function openDestination(file: string | undefined) {
  const options = { sync: false, minLength: pieceChars, maxWrite: writeBytesMax, maxLength: waitingBytesMax };
  const out = destination({ dest: file ?? 1, ...options, mkdir: true, mode: 0o600 });
  let isEnding = false;
  /** The last write failed, and nothing has gone out since. */
  let isStuck = false;
  out.on('error', () => {
    isStuck = true;
  });
  out.on('write', () => {
    isStuck = false;
  });
  const flushSync = out.flushSync.bind(out);
  // Called at the end of the process. It repeats a write that fails until it succeeds: on a full disk the process would never end.
  out.flushSync = () => {
    if (!isStuck) flushSync();
  };
  return {
    // Lines of work that was given up at a stop may come after the end.
    out: { write: (text: string) => void (isEnding || out.write(text)) },
    // Without a callback: each would listen for the moment when all is out, which under load may be seconds away.
    flush: () => out.flush(),
    end: () =>
      new Promise<void>((resolve) => {
        isEnding = true;
        const done = () => {
          clearTimeout(late);
          out.destroy();
          resolve();
        };
        const late = setTimeout(done, lastLinesMsMax);
        out.once('error', done);
        out.once('close', done);
        out.end();
      }),
  };
}

/**
 * One JSON object a line. Callers hand in words of ours, ids and numbers: no header, body, query, URL, token or personal
 * data ever goes into a log call (acceptance K1).
 */
export function openLogger({ level, file, stream }: LoggerOptions) {
  const { out, flush, end } = stream ? { out: stream, flush: () => {}, end: async () => {} } : openDestination(file);
  const log = pino({ level, base: null, timestamp: () => `,"time":${Date.now()}` }, out);
  let lines = '';
  let closed: Promise<void> | undefined;
  // In pieces of this size and not line by line: for each piece the destination measures all that it has so far.
  const handOver = () => {
    if (lines === '') return;
    out.write(lines);
    lines = '';
  };
  const timer = setInterval(() => {
    handOver();
    flush();
  }, flushEveryMs);
  timer.unref();
  const written =
    (level: 'info' | 'warn' | 'error') =>
    (fields: Record<string, unknown>, text: string): void => {
      handOver();
      log[level](fields, text);
    };
  const logsRequests = log.isLevelEnabled('info');
  return {
    /** The access log's line. Written by hand: it is the one log call of every request, and this is half its cost. */
    request({ transactionId, method, route, status, elapsedMs, workspaceId }: RequestLine) {
      if (!logsRequests) return;
      const workspace = workspaceId === undefined ? '' : `,"workspace":"${workspaceId}"`;
      lines += `{"level":30,"time":${Date.now()},"tx":"${transactionId}","method":"${method}","route":"${route}","status":${status},"ms":${Math.round(elapsedMs * 10) / 10}${workspace},"msg":"request"}\n`;
      if (lines.length >= pieceChars) handOver();
    },
    info: written('info'),
    warn: written('warn'),
    error: written('error'),
    /** The last call: resolves when everything written so far is out, or cannot go out. */
    close: () => {
      clearInterval(timer);
      handOver();
      closed ??= end();
      return closed;
    },
  };
}
