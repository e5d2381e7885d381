import type { StatusReason } from '@tijori/wire';
import { AppError } from '../../domain/app-error.ts';
import { consentedDocuments } from '../../domain/consent.ts';
import type { ConsentEntry, ConsentParties } from '../../domain/consent-record.ts';
import type { Document } from '../../domain/document.ts';
import { contradicts } from '../../domain/expected-entity.ts';
import type { Session } from '../../domain/session.ts';
import { consentEnded } from '../../upstream/refusal.ts';
import type { Grant, IssuedDocument, Upstream, UpstreamEntity, UpstreamUser } from '../../upstream/upstream.ts';
import type { Deps } from '../deps.ts';
import { collectSession } from '../documents/collect.ts';
import { recordStep } from '../events/record.ts';
import { secretLabel } from './attempt.ts';
import { askedUntilMs } from './begin.ts';
import { failJourney } from './fail.ts';
import { journeySession } from './view.ts';
import { withGrant } from './with-grant.ts';

/** Who consented for whom, as the upstream says. Kept sealed. */
export interface Profile {
  user: UpstreamUser | null;
  entity: UpstreamEntity | null;
}

/**
 * From authorized to an end: what did the person consent to? At least one document that was asked for means succeeded,
 * none means failed (sandbox-api §9 no. 12). The tokens are on disk by now, so this can be called again after any crash
 * or upstream fault, by the person's retry or by the clockwork; whoever comes second changes nothing.
 *
 * Rejects with a retryable upstream error when the list cannot be had now.
 */
export async function completeJourney(deps: Deps, sessionId: string, upstream: Upstream): Promise<void> {
  const { session } = await journeySession(deps, sessionId);
  if (session.status !== 'authorized') return;
  let issued: IssuedDocument[];
  try {
    issued = await withGrant(deps, session, upstream, (grant) => upstream.issuedDocuments(grant));
  } catch (error) {
    if (!(error instanceof AppError) || error.entry.retryable) throw error;
    await failJourney(deps, session, consentEnded(error) ? 'consent_withdrawn' : 'upstream_refused');
    return;
  }
  const consented = consentedDocuments(session.docTypes, issued);
  const reason = reasonToEnd(session, consented);
  if (reason) {
    await failJourney(deps, session, reason);
    return;
  }
  const [profile, grantedUntilMs] = await withGrant(
    deps,
    session,
    upstream,
    async (grant) => [await readProfile(upstream, grant), grant.consentValidTillMs] as const,
  );
  const validUntilMs = grantedUntilMs ?? askedUntilMs(deps, session);
  await succeed(deps, session, { consented, profile, validUntilMs });
  // The documents come in behind the person's back, so to speak: the page does not wait for them.
  deps.background.begin(collectSession(deps, session.id));
}

/** Why a consent is none, or none of the business that was expected. */
function reasonToEnd(
  { expectedEntity }: Session,
  consented: ReturnType<typeof consentedDocuments<IssuedDocument>>,
): StatusReason | undefined {
  if (consented.length === 0) return 'nothing_consented';
  const items = consented.flatMap((each) => each.items);
  return expectedEntity && contradicts(expectedEntity, items) ? 'entity_mismatch' : undefined;
}

/** Nothing depends on the profile, so a fault here does not cost the person their consent. */
async function readProfile(upstream: Upstream, grant: Grant): Promise<Profile> {
  const [user, entity] = await Promise.allSettled([upstream.user(grant), upstream.entity(grant)]);
  return {
    user: user.status === 'fulfilled' ? user.value : null,
    entity: entity.status === 'fulfilled' ? entity.value : null,
  };
}

/** What a person agreed to, in whose name, and until when. */
interface Consented {
  consented: ReturnType<typeof consentedDocuments<IssuedDocument>>;
  profile: Profile;
  validUntilMs: number;
}

/** One commit: the session, its documents to come, and the record of what was granted. */
async function succeed(deps: Deps, session: Session, { consented, profile, validUntilMs }: Consented): Promise<void> {
  const { stores, seal, now, newId, limits } = deps;
  const atMs = now();
  const documents = consented.flatMap(({ docType, items }) =>
    items.map(
      (item): Document => ({
        id: newId(),
        sessionId: session.id,
        workspaceId: session.workspaceId,
        docType,
        uri: item.uri,
        upstreamCode: item.upstreamCode,
        issuerId: item.issuerId,
        issuer: item.issuer,
        name: item.name,
        description: item.description,
        issuedOn: item.date ?? null,
        mimes: item.mimes,
        state: 'pending',
        failure: null,
        lastFailure: null,
        tries: 0,
        held: null,
      }),
    ),
  );
  await stores.commit([
    stores.sessions.success(
      { id: session.id, resets: session.resets, atMs },
      consented.map(({ docType }) => docType),
      // Nobody may have them for longer than was agreed to.
      { documentsExpireAtMs: Math.min(atMs + limits.retentionMs, validUntilMs), consentValidUntilMs: validUntilMs },
    ),
    stores.secrets.profile(session.id, {
      from: null,
      to: seal.sealSmall(JSON.stringify(profile), secretLabel(session, 'profile')),
    }),
    ...documents.map((document, position) => stores.documents.insertion(document, position)),
    stores.consents.insertion(session, granted(session, { consented, validUntilMs, atMs })),
    stores.consents.parties(
      session.id,
      seal.sealSmall(JSON.stringify(parties(profile)), secretLabel(session, 'parties')),
    ),
    stores.audit.insertion(session, {
      atMs,
      actor: 'person',
      action: 'session.succeeded',
      detail: consented.map(({ docType }) => docType).join(' '),
    }),
    ...recordStep(deps, session, { status: 'succeeded', atMs }),
  ]);
}

function granted(
  { docTypes, purposes }: Session,
  { consented, validUntilMs, atMs }: Pick<Consented, 'consented' | 'validUntilMs'> & { atMs: number },
): ConsentEntry {
  const documents = docTypes.map((type) => {
    const files = consented.find(({ docType }) => docType === type)?.items.length ?? 0;
    return { type, purpose: purposes[type] ?? null, granted: files > 0, files };
  });
  return { kind: 'granted', atMs, facts: { documents, validUntilMs } };
}

/** No more of the profiles than says who consented for whom. */
function parties({ user, entity }: Profile): ConsentParties {
  return {
    person: { id: user?.id ?? null, name: user?.name ?? null },
    entity: { id: entity?.id ?? null, name: entity?.name ?? null },
  };
}
