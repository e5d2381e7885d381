import type { EntityLockerEvent, EntityLockerEventType, EventOf, Outcome } from './events.ts';
import { type Opening, openSession } from './opening.ts';
import type { EntityLockerOptions, OpenOptions } from './options.ts';
import { takePending } from './pending.ts';
import { sessionOf } from './session-of.ts';

/** What `createEntityLocker` gives. Two of them do not know of each other. */
export interface EntityLocker {
  /**
   * Shows the consent page of a session, by the id that your server got from `sessions/create`, or by the SDK token of it that this
   * page got from `POST …/sessions/{id}/init`. Call it right in the click. A session that is on show already stays; another takes
   * its place. Resolves once there is an outcome, and never rejects because of one; it rejects only where there is no page to show
   * anything in, and with a `TypeError` for a token that is none or of another key.
   *
   * @example const { result } = await locker.open(sessionId); // 'completed' | 'denied' | 'closed' | …
   */
  open(session: string, options?: OpenOptions): Promise<Outcome>;
  /**
   * Call it once when the page loads: if the person left it in the same tab (`redirect`, phones, blocked popups) and is
   * back, the session is shown again and its outcome told. `null` if there is nothing to go on with.
   */
  resume(): Promise<Outcome> | null;
  /** Closes what is on show, without a question. The session stays as it is. */
  close(): void;
  /** As `close`; then nobody hears anything any more. */
  destroy(): void;
  /** Hears events of one type, or of all (`'*'`). Returns what ends it. */
  on<T extends EntityLockerEventType>(type: T, listener: (event: EventOf<T>) => void): () => void;
  on(type: '*', listener: (event: EntityLockerEvent) => void): () => void;
}

/**
 * A handle to the consent pages of one gateway. Touches nothing until it is asked to, so it may be made on a server.
 *
 * @example
 * const locker = createEntityLocker({ baseUrl: 'https://consent.example.in', apiKey: 'key_live_…' });
 * locker.on('completed', () => fetchDocumentsFromMyServer());
 * button.onclick = () => locker.open(sessionId);
 */
export function createEntityLocker(options: EntityLockerOptions): EntityLocker {
  const baseUrl = new URL(options.baseUrl).origin;
  const listeners = new Set<{ type: string; listener: (event: never) => void }>();
  let current: Opening | undefined;
  let isDestroyed = false;

  const emit = (event: EntityLockerEvent) => {
    for (const { type, listener } of [...listeners]) {
      if (type !== '*' && type !== event.type) continue;
      try {
        listener(event as never);
      } catch (error) {
        // The listener's own fault is shown as such, and costs nobody else the event.
        reportError(error);
      }
    }
  };
  const open = async (
    session: string,
    more: OpenOptions & Pick<EntityLockerOptions, 'mode'> = {},
  ): Promise<Outcome> => {
    if (isDestroyed || typeof document === 'undefined') throw new Error('there is no page to open it in');
    const sessionId = sessionOf(session, options.apiKey);
    if (current?.sessionId === sessionId) return current.outcome;
    current?.close();
    const opening = openSession({ ...options, ...more, baseUrl }, sessionId, (event) => {
      if (event.type === 'closed' && current?.sessionId === sessionId) current = undefined;
      emit(event);
    });
    current = opening;
    return opening.outcome;
  };
  return {
    open,
    resume() {
      const pending = typeof document === 'undefined' ? undefined : takePending(baseUrl);
      if (!pending) return null;
      // Who is back from a redirect is told the outcome here, and not sent off once more.
      return open(pending.sessionId, { ...pending.look, ...(options.mode === 'redirect' && { mode: 'modal' }) });
    },
    close: () => current?.close(),
    destroy() {
      current?.close();
      isDestroyed = true;
      listeners.clear();
    },
    on(type: string, listener: (event: never) => void) {
      const entry = { type, listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
