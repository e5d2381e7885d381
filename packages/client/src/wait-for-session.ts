import type { ApiSessions } from './api-sessions.ts';
import { startDeadline } from './deadline.ts';
import type { Settings } from './options.ts';
import type { SdkSessions, WithReason } from './sdk-sessions.ts';
import { TijoriError } from './tijori-error.ts';
import type { ApiSession, SdkSession, SessionStatus } from './types.ts';

/** What `waitForSession` takes. */
export interface WaitOptions {
  /** Ends the wait; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** How long to wait, ms; an hour if left out, which is how long an SDK session may stay open. */
  timeoutMs?: number | undefined;
  /** Statuses that end the wait besides `succeeded`, `failed` and `expired`, which always do. */
  until?: readonly SessionStatus[] | undefined;
  /** Whose session it is: `sdk` (also for those of `v1`) or `api`; `sdk` if left out. */
  family?: 'sdk' | 'api' | undefined;
}

const ends: readonly SessionStatus[] = ['succeeded', 'failed', 'expired'];

/** A person needs minutes: the first question comes after about a second, later ones every quarter of a minute. */
const firstMs = 1_000;
const growth = 1.5;
const laterMs = 15_000;

interface Rooms {
  sdk: Pick<SdkSessions, 'status'>;
  api: Pick<ApiSessions, 'status'>;
}

/** Asks for the status until it is an end. What passes by itself (429, 503, a lost connection) does not end the wait. */
export async function waitForSession(
  { clock }: Settings,
  rooms: Rooms,
  id: string,
  { signal, timeoutMs = 3_600_000, until = [], family = 'sdk' }: WaitOptions,
): Promise<(SdkSession | ApiSession) & WithReason> {
  const deadline = startDeadline(timeoutMs, signal);
  const endsAtMs = clock.now() + timeoutMs;
  const wanted = [...ends, ...until];
  const tooLate = (cause?: unknown) =>
    new TijoriError(`The session was not there after ${timeoutMs} ms`, {
      code: 'wait_timeout',
      retryable: true,
      cause,
    });
  try {
    for (let round = 0; ; round += 1) {
      let trouble: TijoriError | undefined;
      try {
        const session = await rooms[family].status(id, { signal: deadline.signal });
        if (wanted.includes(session.status)) return session;
      } catch (error) {
        if (!(error instanceof TijoriError) || !error.retryable) throw error;
        trouble = error;
      }
      const pauseMs = Math.min(laterMs, firstMs * growth ** round) * (0.5 + clock.random() / 2);
      const waitMs = pauseMs + (trouble?.retryAfterMs ?? 0);
      if (clock.now() + waitMs >= endsAtMs) throw tooLate(trouble);
      await clock.sleep(waitMs, deadline.signal);
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw deadline.signal.aborted ? tooLate(error) : error;
  } finally {
    deadline.end();
  }
}
