import { hash, randomBytes } from 'node:crypto';
import type { BrowserTicket } from '../../stores/browser-tickets.ts';
import type { Deps } from '../deps.ts';

/** Life of a ticket of either kind, ms: the step that it is for follows at once. */
export const ticketLifeMs = 2 * 60 * 1000;

/** A new ticket: what the browser gets, and what is kept of it. */
export function newTicket(
  { now }: Pick<Deps, 'now'>,
  ticket: Pick<BrowserTicket, 'kind' | 'sessionId' | 'browserHash'>,
): { secret: string; kept: BrowserTicket } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, kept: { ...ticket, ticketHash: hash('sha256', secret, 'hex'), expiresAtMs: now() + ticketLifeMs } };
}

/** A ticket of this kind and session that is still good, without using it. */
export async function findTicket(
  { stores, now }: Pick<Deps, 'stores' | 'now'>,
  secret: string,
  { kind, sessionId }: Pick<BrowserTicket, 'kind' | 'sessionId'>,
): Promise<BrowserTicket | undefined> {
  const ticket = await stores.tickets.find(hash('sha256', secret, 'hex'));
  const isGood = ticket?.kind === kind && ticket.sessionId === sessionId && now() < ticket.expiresAtMs;
  return isGood ? ticket : undefined;
}
