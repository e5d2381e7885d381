import type { IssuedDocument } from '../upstream.ts';
import { isoDateOf, mediaTypesOf, present, textOf } from './lenient.ts';

const codePattern = /^[A-Z0-9]{5}$/;

/**
 * Issuer, code and document id of a URI: at the first two hyphens only, because document ids have hyphens of their
 * own (entitylocker-upstream §3). `undefined` for one that is not of that form.
 */
export function splitUri(uri: string): { issuerId: string; code: string; documentId: string } | undefined {
  const [, issuerId, code, documentId] = /^([A-Za-z0-9._]+)-([A-Za-z0-9]+)-([\x21-\x7e]+)$/.exec(uri) ?? [];
  if (uri.length > 512 || !issuerId || !code || !documentId) return undefined;
  return { issuerId, code, documentId };
}

/** One item of the issued list (entitylocker-upstream §2.4), or `undefined` if it cannot be fetched anyway. */
export function fromIssuedItem(item: unknown): IssuedDocument | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const fields: Record<string, unknown> = { ...item };
  const uri = textOf(fields, 'uri') ?? '';
  const parts = splitUri(uri);
  if (!parts || textOf(fields, 'type')?.toLowerCase() === 'dir') return undefined;
  const codes = [textOf(fields, 'doctype')?.toUpperCase(), parts.code.toUpperCase()];
  const upstreamCode = codes.find((code) => code !== undefined && codePattern.test(code));
  if (!upstreamCode) return undefined;
  return present({
    uri,
    upstreamCode,
    issuerId: textOf(fields, 'issuerid') ?? parts.issuerId,
    issuer: textOf(fields, 'issuer') ?? '',
    name: textOf(fields, 'name') ?? '',
    description: textOf(fields, 'description') ?? '',
    mimes: mediaTypesOf(fields.mime),
    date: isoDateOf(textOf(fields, 'date')),
  });
}
