import { Worker } from 'node:worker_threads';
import type { VerifierAnswer, VerifierRequest } from './exchange.ts';

/** Why a thread gave no answer. */
export type SlotFailure = 'took_too_long' | 'verifier_failed';

export class SlotError extends Error {
  readonly failure: SlotFailure;
  constructor(failure: SlotFailure) {
    super(failure);
    this.name = 'SlotError';
    this.failure = failure;
  }
}

export interface SlotLimits {
  /** Longest time on one file, ms. */
  deadlineMs: number;
  /** Longest time until a new thread is ready, ms: it has to load its libraries. */
  startMs: number;
  /** Heap of the thread, MB. */
  memoryMb: number;
}

/** One thread that judges one file at a time. It is started when it is needed, and again after it died. */
export interface Slot {
  /** Rejects with `SlotError`; the thread is gone then. Never call it while it is busy. */
  ask(request: (isNew: boolean) => VerifierRequest): Promise<VerifierAnswer>;
  close(): Promise<void>;
}

/** Of the heap, for what was just made, MB; the rest is for what stays. */
const youngMb = 32;

export function openSlot({ deadlineMs, startMs, memoryMb }: SlotLimits): Slot {
  let worker: Worker | null = null;

  const start = async (): Promise<Worker> => {
    const thread = new Worker(new URL('./worker-thread.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb - youngMb, maxYoungGenerationSizeMb: youngMb },
      // Nothing that a library prints about a hostile file belongs into our output.
      stdout: true,
      stderr: true,
    });
    // A thread that dies while nobody listens must not take the process with it.
    thread.on('error', () => undefined);
    await message(thread, startMs);
    return thread;
  };
  const drop = async () => {
    const dead = worker;
    worker = null;
    await dead?.terminate();
  };

  return {
    async ask(request) {
      const isNew = worker === null;
      try {
        worker ??= await start();
        // A process that has nothing else to do may end, but not while somebody waits for a verdict.
        worker.ref();
        const answer = message(worker, deadlineMs);
        // Heard below; but not if sending it throws first.
        answer.catch(() => undefined);
        worker.postMessage(request(isNew));
        return (await answer) as VerifierAnswer;
      } catch (error) {
        await drop();
        throw error;
      } finally {
        worker?.unref();
      }
    },
    close: drop,
  };
}

/** The next message of a thread. Rejects with `SlotError` if it dies first, or stays silent for too long. */
function message(worker: Worker, waitMs: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const fail = () => reject(new SlotError('verifier_failed'));
  const timer = setTimeout(() => reject(new SlotError('took_too_long')), waitMs);
  worker.once('message', resolve);
  worker.once('error', fail);
  worker.once('exit', fail);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', resolve);
    worker.off('error', fail);
    worker.off('exit', fail);
  });
}
