import type { OpenOptions } from './options.ts';

/** A session for which the person left this page in the same tab. */
export interface Pending {
  sessionId: string;
  look: OpenOptions;
}

const nameOf = (baseUrl: string) => `tijori:${baseUrl}`;

/** Writes down, in this tab alone, that the person went off. A browser that keeps nothing costs only the way back. */
export function keepPending(baseUrl: string, pending: Pending): void {
  try {
    sessionStorage.setItem(nameOf(baseUrl), JSON.stringify(pending));
  } catch {}
}

/** What was written down, once. */
export function takePending(baseUrl: string): Pending | undefined {
  try {
    const text = sessionStorage.getItem(nameOf(baseUrl));
    if (text === null) return undefined;
    sessionStorage.removeItem(nameOf(baseUrl));
    const kept = JSON.parse(text) as Partial<Pending> | null;
    return typeof kept?.sessionId === 'string' ? { sessionId: kept.sessionId, look: kept.look ?? {} } : undefined;
  } catch {
    return undefined;
  }
}
