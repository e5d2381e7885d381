import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FileRequest, TrustUpdate, VerifierAnswer, VerifierMessage, VerifierRequest } from './exchange.ts';

/** Why a thread gave no answer. */
export type SlotFailure = 'took_too_long' | 'verifier_failed';

export class SlotError extends Error {
  readonly failure: SlotFailure;
  /** Whether the thread had been given the file: if not, it is no fault of that. */
  readonly hadFile: boolean;
  constructor(failure: SlotFailure, { hadFile }: { hadFile: boolean }) {
    super(failure);
    this.name = 'SlotError';
    this.failure = failure;
    this.hadFile = hadFile;
  }
}

export interface SlotLimits {
  /** Longest time of a processor on one file, ms: that the machine had something else to do is no fault of the file. */
  deadlineMs: number;
  /** Longest time on the clock for one file, ms. Whoever has not worked for `deadlineMs` by then has not been let. */
  clockMs: number;
  /** Longest time until a new thread is ready, and until it has read a trust store, ms: neither is the file's. */
  startMs: number;
  /** Heap of the thread, MB. */
  memoryMb: number;
}

/** One thread that judges one file at a time. It is started when it is needed, and again after it died. */
export interface Slot {
  /** Rejects with `SlotError`; the thread is gone then. Never call it while it is busy. */
  ask(order: (isNew: boolean) => { trustUpdate: TrustUpdate | null; file: FileRequest }): Promise<VerifierAnswer>;
  close(): Promise<void>;
}

/** Of the heap, for what was just made, MB; the rest is for what stays. */
const youngMb = 32;

export function openSlot({ deadlineMs, clockMs, startMs, memoryMb }: SlotLimits): Slot {
  let worker: Worker | null = null;
  /** Time of a processor that the thread had used when it last said something, ms: since then it has been idle. */
  let usedMs = 0;
  const heard = ({ usedMs: used, answer }: VerifierMessage) => {
    usedMs = used;
    return answer;
  };

  const start = async (): Promise<Worker> => {
    const thread = new Worker(new URL('./worker-thread.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb - youngMb, maxYoungGenerationSizeMb: youngMb },
      // Nothing that a library prints about a hostile file belongs into our output.
      stdout: true,
      stderr: true,
    });
    // A thread that dies while nobody listens must not take the process with it.
    thread.on('error', () => undefined);
    heard(await message(thread, startMs));
    return thread;
  };
  const drop = async () => {
    const dead = worker;
    worker = null;
    await dead?.terminate();
  };

  return {
    async ask(order) {
      const isNew = worker === null;
      try {
        worker ??= await start();
        // A process that has nothing else to do may end, but not while somebody waits for a verdict.
        worker.ref();
        const { trustUpdate, file } = order(isNew);
        if (trustUpdate) heard(await exchange(worker, { trustUpdate }, message(worker, startMs)));
        const answer = answerInTime(worker, { deadlineMs, clockMs, usedMs });
        return heard(await exchange(worker, { file }, answer)) as VerifierAnswer;
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

/** Sends a request and waits for its answer, which is listened for already. */
async function exchange(
  worker: Worker,
  request: VerifierRequest,
  answer: Promise<VerifierMessage>,
): Promise<VerifierMessage> {
  // Heard below; but not if sending it throws first.
  answer.catch(() => undefined);
  worker.postMessage(request);
  return answer;
}

/** The next message of a thread. Rejects with `SlotError` if it dies first, or stays silent for too long. */
function message(
  worker: Worker,
  waitMs: number,
  isLate?: () => Promise<number | SlotFailure>,
): Promise<VerifierMessage> {
  const hadFile = isLate !== undefined;
  const { promise, resolve, reject } = Promise.withResolvers<VerifierMessage>();
  const fail = () => reject(new SlotError('verifier_failed', { hadFile }));
  const late = async () => {
    const more = (await isLate?.()) ?? 'took_too_long';
    if (typeof more === 'number') timer = setTimeout(late, more);
    else reject(new SlotError(more, { hadFile }));
  };
  let timer = setTimeout(late, waitMs);
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

/** As `message`, with a limit that counts what the thread has worked; beyond it only until the clock has had enough. */
function answerInTime(
  worker: Worker,
  { deadlineMs, clockMs, usedMs }: { deadlineMs: number; clockMs: number; usedMs: number },
): Promise<VerifierMessage> {
  const endMs = performance.now() + clockMs;
  const before = process.cpuUsage();
  return message(worker, Math.min(deadlineMs, clockMs), async () => {
    const nowMs = await processorMs(worker);
    const leftMs = Math.ceil(deadlineMs - (nowMs === undefined ? 0 : nowMs - usedMs));
    if (leftMs <= 0) return 'took_too_long';
    const clockLeftMs = endMs - performance.now();
    if (clockLeftMs > 0) return Math.min(leftMs, clockLeftMs);
    // A thread that does not say how long it has worked has worked for no longer than the whole process.
    const { user, system } = process.cpuUsage(before);
    const wasLet = nowMs === undefined && (user + system) / 1_000 >= deadlineMs;
    // Kept from working by the machine, or by whoever stopped the process for a while: that is no fault of the file.
    return wasLet ? 'took_too_long' : 'verifier_failed';
  });
}

/** How long a thread is waited for to say how long it has worked, ms. */
const silenceMs = 500;

/** Time of a processor that a thread has used, ms; undefined if it does not say so, as in one long step outside of JavaScript. */
async function processorMs(worker: Worker): Promise<number | undefined> {
  const silence = new AbortController();
  try {
    const used = await Promise.race([
      worker.cpuUsage(),
      wait(silenceMs, undefined, { ref: false, signal: silence.signal }),
    ]);
    return used && (used.user + used.system) / 1_000;
  } catch {
    return undefined;
  } finally {
    silence.abort();
  }
}
