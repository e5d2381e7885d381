import { hash } from 'node:crypto';
import type { ConsentReceipt } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { receiptOf } from '../../domain/consent-receipt.ts';
import type { ConsentParties } from '../../domain/consent-record.ts';
import type { Session } from '../../domain/session.ts';
import type { AuditActor } from '../../stores/audit-entries.ts';
import { signEvidence } from '../../tokens/evidence-key.ts';
import type { Deps } from '../deps.ts';
import { signingKey } from '../evidence/signing-key.ts';
import { secretLabel } from '../journey/attempt.ts';
import { ownSession } from '../sessions/status.ts';
import { consentRecord } from './record.ts';
import { consentOfCode, withdrawalPath } from './withdraw.ts';

type ReceiptDeps = Pick<Deps, 'stores' | 'seal' | 'now' | 'newId' | 'baseUrl'>;

export interface SignedReceipt {
  session: Session;
  receipt: ConsentReceipt;
  /** Compact JWS over it. */
  jws: string;
}

/** A receipt for the integrator, of its own session. Rejects with `no_consent` where none was given. */
export async function ownReceipt(deps: Deps, caller: Caller, id: string): Promise<SignedReceipt> {
  return noted(deps, await consentReceipt(deps, await ownSession(deps, caller, id)), 'integrator');
}

/** A receipt for the person, by the code of their withdrawal link. Rejects with `link_refused`, or `no_consent`. */
export async function receiptByCode(deps: Deps, code: string): Promise<SignedReceipt> {
  const { session } = await consentOfCode(deps, code);
  return noted(deps, await consentReceipt(deps, session), 'person');
}

/** A receipt as things stand now, freshly signed. It stands in no timeline; whoever hands it out sees to that. */
export async function consentReceipt(deps: ReceiptDeps, session: Session): Promise<SignedReceipt> {
  const { summary } = await consentRecord(deps, session);
  if (!summary.granted) throw new AppError('no_consent');
  const receipt = receiptOf({
    receiptId: deps.newId(),
    sessionId: session.id,
    mode: session.mode,
    summary,
    parties: await partiesOf(deps, session),
    withdrawalUrl: `${deps.baseUrl}${withdrawalPath}`,
    issuedAtMs: deps.now(),
  });
  return { session, receipt, jws: await signEvidence(await signingKey(deps), 'tijori-consent-receipt+jws', receipt) };
}

async function partiesOf({ stores, seal }: ReceiptDeps, session: Session): Promise<ConsentParties | null> {
  const sealed = await stores.consents.findParties(session.id);
  return sealed === undefined
    ? null
    : (JSON.parse(seal.openSmall(sealed, secretLabel(session, 'parties')).toString()) as ConsentParties);
}

/** So that of a receipt that turns up later it can be said whether it is ours, and of when. */
async function noted(deps: Deps, signed: SignedReceipt, actor: AuditActor): Promise<SignedReceipt> {
  const { session, receipt, jws } = signed;
  const detail = `${receipt.receipt_id} sha256:${hash('sha256', jws, 'hex')}`;
  const entry = { atMs: deps.now(), actor, action: 'consent.receipt_issued', detail };
  await deps.stores.commit([deps.stores.audit.insertion(session, entry)]);
  return signed;
}
