import { type CreateSessionRequest, docTypes, type InitApiSessionRequest } from '@tijori/wire';
import type { Caller } from '../domain/api-key.ts';
import { AppError } from '../domain/app-error.ts';
import type { ExpectedEntity } from '../domain/expected-entity.ts';
import { mayReturnTo } from '../domain/return-url.ts';
import type { Session } from '../domain/session.ts';
import { faultOfConsentExpiry, faultOfExpiry } from '../domain/session-times.ts';
import type { Deps } from '../usecases/deps.ts';
import type { NewSession } from '../usecases/sessions/create.ts';

/** What decides about a body beyond its schema. */
interface Rules {
  nowMs: number;
  allowHttp: boolean;
}

/** The rules as they are for this caller now. */
export function bodyRules({ now, allowHttpReturn }: Pick<Deps, 'now' | 'allowHttpReturn'>, { mode }: Caller): Rules {
  return { nowMs: now(), allowHttp: allowHttpReturn && mode === 'test' };
}

/** A request of the redirect flow (sandbox-api §1.5). All document types: the person picks at EntityLocker. */
export function fromInitSession(
  { flow, redirect_url: returnUrl, consent_expiry: consentExpiresAtMs }: InitApiSessionRequest,
  { nowMs, allowHttp }: Rules,
): NewSession {
  checkReturnUrl('/redirect_url', returnUrl, allowHttp);
  if (consentExpiresAtMs !== undefined) refuse('/consent_expiry', faultOfConsentExpiry(consentExpiresAtMs, nowMs));
  return {
    family: 'api',
    flow,
    docTypes: docTypes.map(({ name }) => name),
    returnUrl,
    ...(consentExpiresAtMs === undefined ? {} : { consentExpiresAtMs, expiresAtMs: consentExpiresAtMs }),
  };
}

/** A request of our own API. */
export function fromCreateSession(body: CreateSessionRequest, { nowMs, allowHttp }: Rules): NewSession {
  const { documents, return_url: returnUrl, expires_at: expiresAtMs } = body;
  if (returnUrl !== undefined) checkReturnUrl('/return_url', returnUrl, allowHttp);
  if (expiresAtMs !== undefined) refuse('/expires_at', faultOfExpiry(expiresAtMs, nowMs));
  return {
    family: 'sdk',
    flow: body.flow,
    docTypes: documents.map(({ type }) => type),
    purposes: purposesOf(documents),
    returnUrl: returnUrl ?? null,
    expiresAtMs,
    reference: body.reference ?? null,
    metadata: body.metadata ?? null,
    locale: body.locale ?? null,
    expectedEntity: body.expected_entity ? expectedFrom(body.expected_entity) : null,
  };
}

/** The first purpose of a type counts. */
function purposesOf(documents: CreateSessionRequest['documents']): Session['purposes'] {
  const purposes: Partial<Record<(typeof documents)[number]['type'], string>> = {};
  for (const { type, purpose } of documents) if (purpose !== undefined) purposes[type] ??= purpose;
  return purposes;
}

/** The schema has let exactly one through. */
function expectedFrom(body: NonNullable<CreateSessionRequest['expected_entity']>): ExpectedEntity | null {
  const [entry] = Object.entries(body);
  return entry ? { by: entry[0] as ExpectedEntity['by'], value: entry[1] } : null;
}

function checkReturnUrl(pointer: string, url: string, allowHttp: boolean): void {
  const kind = allowHttp ? 'https, or http to this machine' : 'https';
  refuse(pointer, mayReturnTo(url, { allowHttp }) ? undefined : `must be an address with ${kind}`);
}

function refuse(pointer: string, fault: string | undefined): void {
  if (fault === undefined) return;
  throw new AppError('invalid_request_body', {
    detail: `${pointer.slice(1)} ${fault}`,
    faults: [{ pointer, message: fault }],
  });
}
