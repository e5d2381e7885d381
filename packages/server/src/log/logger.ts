import { type DestinationStream, destination, pino } from 'pino';

export type Logger = ReturnType<typeof openLogger>;

interface LoggerOptions {
  level: string;
  /** File to append to; left out: standard output. */
  file?: string | undefined;
  /** For tests. */
  stream?: DestinationStream | undefined;
}

/** Bytes that are gathered before they are written, so that a log line costs no system call of its own. */
const bufferBytes = 8_192;
/** … and how long a line may wait for company, ms. */
const flushEveryMs = 500;

/**
 * One JSON object a line. Callers hand in words of ours, ids and numbers: no header, body, query, URL, token or personal
 * data ever goes into a log call (acceptance K1).
 */
export function openLogger({ level, file, stream }: LoggerOptions) {
  const out = stream ?? destination({ dest: file ?? 1, sync: false, minLength: bufferBytes, mkdir: true, mode: 0o600 });
  const log = pino({ level, base: null, timestamp: () => `,"time":${Date.now()}` }, out);
  const timer = setInterval(() => log.flush(), flushEveryMs);
  timer.unref();
  return {
    info: (fields: Record<string, unknown>, text: string) => log.info(fields, text),
    warn: (fields: Record<string, unknown>, text: string) => log.warn(fields, text),
    error: (fields: Record<string, unknown>, text: string) => log.error(fields, text),
    /** Resolves when everything written so far is out. */
    close: () =>
      new Promise<void>((resolve) => {
        clearInterval(timer);
        log.flush(() => resolve());
      }),
  };
}
