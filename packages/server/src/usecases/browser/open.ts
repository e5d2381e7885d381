import { AppError } from '../../domain/app-error.ts';
import type { Deps } from '../deps.ts';
import { beginJourney, type Departure } from '../journey/begin.ts';
import { findTicket } from './tickets.ts';

/**
 * The window that `sendOff` asked for: uses the ticket up and begins the journey in this browser. `null`: the session is past
 * that point, and its page says how it stands. Rejects with `link_refused` for a ticket that is used, too old, or not of
 * this session.
 */
export async function openTicket(
  deps: Deps,
  { ticket, ...departure }: Omit<Departure, 'ticket'> & { ticket: string },
): Promise<{ location: string } | null> {
  const found = await findTicket(deps, ticket, { kind: 'open', sessionId: departure.sessionId });
  if (!found) throw new AppError('link_refused', { detail: 'no such ticket, or it is used up' });
  return beginJourney(deps, { ...departure, ticket: found });
}
