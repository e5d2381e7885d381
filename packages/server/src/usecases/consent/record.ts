import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { type ConsentSummary, summarizeConsent } from '../../domain/consent-summary.ts';
import type { Session } from '../../domain/session.ts';
import type { Notice } from '../../stores/consents.ts';
import type { Deps } from '../deps.ts';
import { ownSession } from '../sessions/status.ts';

/** The consent of one session as it was recorded, and the words that were read. */
export interface ConsentRecord {
  session: Session;
  summary: ConsentSummary;
  notice: Notice | null;
}

/** What is recorded of a session's consent. Rejects with `no_consent` when nobody was asked yet. */
export async function consentRecord({ stores }: Pick<Deps, 'stores'>, session: Session): Promise<ConsentRecord> {
  const summary = summarizeConsent(await stores.consents.ofSession(session.id));
  if (!summary) throw new AppError('no_consent');
  const { notice } = summary.asked;
  return { session, summary, notice: (notice && (await stores.consents.findNotice(notice.hash))) ?? null };
}

/** The same for the integrator's own session. */
export async function ownConsentRecord(deps: Deps, caller: Caller, id: string): Promise<ConsentRecord> {
  return consentRecord(deps, await ownSession(deps, caller, id));
}
