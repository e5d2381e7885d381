import type { ListDocumentsResponse, Verdict as WireVerdict } from '@tijori/wire';
import { type Document, endOfHeld } from '../domain/document.ts';
import { isEnd, type Session } from '../domain/session.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { ListedDocuments } from '../usecases/documents/list.ts';

type OfType = ListDocumentsResponse['documents'][number];
type File = OfType['files'][number];

/** From the least far to the furthest: a type is as far as the file of it that is least far. */
const furthestLast: readonly File['state'][] = ['failed', 'available', 'erased', 'fetched'];

const fileStates = { pending: 'available', held: 'fetched', failed: 'failed', erased: 'erased' } as const;

/** Every type that was asked for, with its files. */
export function toWireDocuments({ session, documents }: ListedDocuments): ListDocumentsResponse {
  return {
    session_id: session.id,
    documents: session.docTypes.map((type) => {
      const files = documents
        .filter(({ document }) => document.docType === type)
        .map(({ document, verdict }) => toWireFile(session, document, verdict));
      const consented = session.documentsConsented.includes(type);
      return { type, requested: true, consented, state: stateOfType(session, files), files };
    }),
  };
}

/** What was erased before it ever came was never here: it failed. */
function stateOfFile({ state }: Document, verdict: Verdict | null): File['state'] {
  return state === 'erased' && verdict === null ? 'failed' : fileStates[state];
}

function stateOfType(session: Session, files: readonly File[]): OfType['state'] {
  if (files.length === 0) return isEnd(session.status) ? 'not_consented' : 'requested';
  return furthestLast.find((state) => files.some((file) => file.state === state)) ?? 'available';
}

function toWireFile(session: Session, document: Document, verdict: Verdict | null): File {
  const { held } = document;
  return {
    id: document.id,
    state: stateOfFile(document, verdict),
    reason: document.state === 'pending' ? document.lastFailure : document.failure,
    name: document.name,
    issuer: document.issuer,
    issuer_id: document.issuerId,
    issued_on: document.issuedOn,
    content_type: held?.contentType ?? null,
    size: held?.sizeBytes ?? null,
    sha256: held?.sha256 ?? verdict?.sha256 ?? null,
    fetched_at: held?.fetchedAtMs ?? null,
    expires_at: held && endOfHeld(held, session),
    verdict: verdict && toWireVerdict(verdict),
  };
}

/** A verdict as the API and the command line write it. */
export function toWireVerdict(verdict: Verdict): WireVerdict {
  const { signer, revocation } = verdict;
  return {
    state: verdict.state,
    reason: verdict.reason,
    judged_at: verdict.judgedAtMs,
    format: verdict.format,
    signer: signer && {
      subject: signer.subject,
      common_name: signer.commonName,
      organization: signer.organization,
      issuer: signer.issuer,
      serial: signer.serial,
      sha256: signer.sha256,
    },
    signed_at: verdict.signedAtMs,
    valid_at: verdict.validAtMs,
    algorithm: verdict.algorithm,
    chain: verdict.chain.map(({ subject, sha256, validFromMs, validToMs }) => ({
      subject,
      sha256,
      valid_from: validFromMs,
      valid_to: validToMs,
    })),
    revocation: {
      status: revocation.status,
      revoked_at: revocation.revokedAtMs,
      lists: revocation.lists.map(({ issuer, sha256, thisUpdateMs, nextUpdateMs }) => ({
        issuer,
        sha256,
        this_update: thisUpdateMs,
        next_update: nextUpdateMs,
      })),
    },
    covered: { ...verdict.covered, paths: [...verdict.covered.paths] },
    active_content: [...verdict.activeContent],
    trust: verdict.trust,
  };
}
