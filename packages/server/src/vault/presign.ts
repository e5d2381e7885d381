import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { AppError } from '../domain/app-error.ts';
import { checkedKeyring, currentKey, type Keyring } from '../domain/keyring.ts';
import { encodeParts } from './encode-parts.ts';

/** No link lives longer, checked when it is made and again when it is used (acceptance E2). */
export const linkLifetimeMaxMs = 60 * 60 * 1000;

export type Disposition = 'inline' | 'attachment';

/** What the link asks for: exactly as the request line has it, the path undecoded and without its query. */
export interface LinkRequest {
  method: string;
  path: string;
}

/** What the link is for. None of it stands in the query: at checking it comes from the document's row. */
export interface LinkSubject {
  workspaceId: string;
  documentId: string;
  version: number;
  contentType: string;
  filename: string;
}

export interface LinkTerms {
  /** First instant at which the link is dead, ms since the epoch. */
  expiresAtMs: number;
  disposition: Disposition;
}

/** What the answer is made of: the row's values and the terms, all of them verified. */
export type VerifiedLink = LinkSubject & LinkTerms;

/** A query of the right form that is not out of date. Its values cannot be reached without `verify`. */
export interface PendingLink {
  /** Throws `link_refused` unless every part is the signed one. */
  verify(request: LinkRequest, subject: LinkSubject): VerifiedLink;
}

/**
 * Our own pre-signed links (acceptance E1–E3). To serve one: `parse` the raw query, load the row of the path's
 * document (no row, no longer held: throw `linkRefused()` too), then `verify` with what the row says.
 */
export interface Presign {
  /** The query, without `?`. Throws `link_refused` for a lifetime of 0 or of more than an hour. */
  sign(request: LinkRequest, subject: LinkSubject, terms: LinkTerms, nowMs: number): string;
  /** Throws `link_refused` for any query but an unexpired one in the exact form that `sign` gives. */
  parse(rawQuery: string, nowMs: number): PendingLink;
}

/** The one refusal: same code and public text whatever was wrong. */
export function linkRefused(detail: string): AppError {
  return new AppError('link_refused', { detail: `link: ${detail}` });
}

/** One spelling only: an unknown, missing, repeated, reordered or re-encoded parameter does not match. */
const queryPattern =
  /^key=([A-Za-z0-9_-]{1,32})&expires=([1-9][0-9]{0,14})&disposition=(inline|attachment)&signature=([A-Za-z0-9_-]{43})$/;

interface SignedParts {
  keyId: string;
  request: LinkRequest;
  subject: LinkSubject;
  terms: LinkTerms;
}

function signature(key: Buffer, { keyId, request, subject, terms }: SignedParts): string {
  const parts = [
    'tijori:link:1',
    keyId,
    request.method,
    request.path,
    subject.workspaceId,
    subject.documentId,
    String(subject.version),
    subject.contentType,
    subject.filename,
    String(terms.expiresAtMs),
    terms.disposition,
  ];
  // As bytes the key would cost several times what signing does.
  return createHmac('sha256', createSecretKey(key)).update(encodeParts(parts)).digest('base64url');
}

function checkLifetime(expiresAtMs: number, nowMs: number): void {
  if (nowMs >= expiresAtMs) throw linkRefused('expired');
  if (expiresAtMs - nowMs > linkLifetimeMaxMs) throw linkRefused('lifetime above the cap');
}

/** Links signed with HMAC-SHA256 under a keyring of their own. Throws `internal` for one that cannot be used. */
export function createPresign(options: { keyring: Keyring }): Presign {
  const keyring = checkedKeyring('link', options.keyring);
  return {
    sign(request, subject, terms, nowMs) {
      if (!Number.isSafeInteger(terms.expiresAtMs)) throw linkRefused('expiry is not in whole ms');
      checkLifetime(terms.expiresAtMs, nowMs);
      const { keyId, key } = currentKey(keyring);
      const signed = signature(key, { keyId, request, subject, terms });
      return `key=${keyId}&expires=${terms.expiresAtMs}&disposition=${terms.disposition}&signature=${signed}`;
    },

    parse(rawQuery, nowMs) {
      const [, keyId, expires, disposition, given] = queryPattern.exec(rawQuery) ?? [];
      if (keyId === undefined || given === undefined) throw linkRefused('query is not of our form');
      const terms: LinkTerms = {
        expiresAtMs: Number(expires),
        disposition: disposition === 'inline' ? 'inline' : 'attachment',
      };
      checkLifetime(terms.expiresAtMs, nowMs);
      const key = keyring.keys.get(keyId);
      if (!key) throw linkRefused('key is not in the keyring');
      return {
        verify(request, subject) {
          const expected = signature(key, { keyId, request, subject, terms });
          // Compared as text, so that the spare bits of base64url's last character count too.
          if (!timingSafeEqual(Buffer.from(expected), Buffer.from(given))) throw linkRefused('signature differs');
          const { workspaceId, documentId, version, contentType, filename } = subject;
          return { workspaceId, documentId, version, contentType, filename, ...terms };
        },
      };
    },
  };
}
