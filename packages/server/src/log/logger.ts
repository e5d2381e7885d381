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

/** A full disk under the log costs lines and never the gateway: without a listener the first failed write would end it. */
function openDestination(file: string | undefined) {
  const options = { sync: false, minLength: pieceChars, maxWrite: writeBytesMax, maxLength: waitingBytesMax };
  const out = destination({ dest: file ?? 1, ...options, mkdir: true, mode: 0o600 });
  out.on('error', () => {});
  // Without a callback: each would listen for the moment when all is out, which under load may be seconds away.
  return { out, flush: () => out.flush() };
}

/**
 * One JSON object a line. Callers hand in words of ours, ids and numbers: no header, body, query, URL, token or personal
 * data ever goes into a log call (acceptance K1).
 */
export function openLogger({ level, file, stream }: LoggerOptions) {
  const { out, flush } = stream ? { out: stream, flush: () => {} } : openDestination(file);
  const log = pino({ level, base: null, timestamp: () => `,"time":${Date.now()}` }, out);
  let lines = '';
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
    /** Resolves when everything written so far is out. */
    close: () =>
      new Promise<void>((resolve) => {
        clearInterval(timer);
        handOver();
        log.flush(() => resolve());
      }),
  };
}
