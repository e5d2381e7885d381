import { timerMsMax } from './options.ts';
import { readWhole } from './read-whole.ts';
import { TijoriError } from './tijori-error.ts';

/** A limit of time and the caller's own signal in one. */
export interface Deadline {
  signal: AbortSignal;
  /** Lets the time begin anew; `stop` stops it, while the caller's signal still counts. */
  restart(): void;
  stop(): void;
  /** Lets go of the caller's signal too. */
  end(): void;
  /** What to throw for an error of the wait: the caller's reason, our own time-out, or a fault of the network. */
  explain(error: unknown, what: string): unknown;
}

/**
 * Begins at once, or throws a TypeError for a time that is none. Not `AbortSignal.any`: beside the signal of a whole
 * server, what it makes is never let go in many versions of Node and Deno (nodejs/node#54614, denoland/deno#24842).
 */
export function startDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const ms = readWhole('timeoutMs', timeoutMs, 1, timerMsMax);
  const controller = new AbortController();
  const cancel = () => controller.abort(signal?.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    timer = setTimeout(() => controller.abort(), ms);
  };
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  restart();
  return {
    signal: controller.signal,
    restart,
    stop,
    end() {
      stop();
      signal?.removeEventListener('abort', cancel);
    },
    explain(error, what) {
      if (signal?.aborted) return signal.reason;
      if (error instanceof TijoriError) return error;
      if (controller.signal.aborted) {
        return new TijoriError(`${what} took longer than ${ms} ms`, { code: 'timeout', retryable: true, cause: error });
      }
      return new TijoriError(`${what} got no answer`, { code: 'network_error', retryable: true, cause: error });
    },
  };
}
