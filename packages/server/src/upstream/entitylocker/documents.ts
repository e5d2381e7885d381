import { createHmac, timingSafeEqual } from 'node:crypto';
import { refusalOf } from '../refusal.ts';
import type { FetchedDocument, Grant, IssuedDocument, Upstream, UpstreamEntity, UpstreamUser } from '../upstream.ts';
import { type Call, type CallAnswer, jsonObjectOf, jsonTypes, refused, unavailable } from './guards.ts';
import { fromIssuedItem } from './issued-document.ts';
import { present, textOf, yesNoOf } from './lenient.ts';
import type { ResolvedSettings } from './settings.ts';

export interface ResourceDeps {
  settings: ResolvedSettings;
  call: Call;
}

type ResourceName = 'user' | 'entity' | 'issued';
type Mime = Parameters<Upstream['fetchDocument']>[2];

const bearer = (grant: Grant) => ({ authorization: `Bearer ${grant.accessToken}` });

async function resource(deps: ResourceDeps, name: ResourceName, grant: Grant): Promise<Record<string, unknown>> {
  const { settings } = deps;
  const answer = await deps.call({
    name,
    method: 'GET',
    url: settings.baseUrl + settings.paths[name],
    headers: bearer(grant),
    accept: jsonTypes,
    bodyBytesMax: settings.jsonBytesMax,
  });
  return jsonObjectOf(name, answer);
}

/** entitylocker-upstream §2.3, with the spellings of §1.3. */
export async function fetchUser(deps: ResourceDeps, grant: Grant): Promise<UpstreamUser> {
  const body = await resource(deps, 'user', grant);
  return present({
    id: textOf(body, 'digilockerid', 'digilocker_id'),
    name: textOf(body, 'name'),
    dateOfBirth: textOf(body, 'dob'),
    gender: textOf(body, 'gender')?.toUpperCase(),
    mobile: textOf(body, 'mobile'),
    eaadhaar: yesNoOf(body, 'eaadhaar', 'eaadhar'),
  });
}

/** entitylocker-upstream §2.2. */
export async function fetchEntity(deps: ResourceDeps, grant: Grant): Promise<UpstreamEntity> {
  const body = await resource(deps, 'entity', grant);
  return present({
    id: textOf(body, 'entitylockerid', 'entitylocker_id'),
    name: textOf(body, 'name'),
    dateOfIncorporation: textOf(body, 'doi'),
    email: textOf(body, 'email'),
    mobile: textOf(body, 'mobile'),
    verifiedBy: textOf(body, 'verified_by')?.toLowerCase(),
  });
}

/** entitylocker-upstream §2.4. `items` null or blank is an empty locker; no list at all is not an answer. */
export async function fetchIssued(deps: ResourceDeps, grant: Grant): Promise<IssuedDocument[]> {
  const { items } = await resource(deps, 'issued', grant);
  if (items === null || items === '') return [];
  if (!Array.isArray(items)) throw unavailable('issued', 'no list of items');
  const documents: IssuedDocument[] = [];
  for (const item of items) {
    const document = fromIssuedItem(item);
    if (document) documents.push(document);
    if (documents.length === deps.settings.issuedItemsMax) break;
  }
  return documents;
}

const mediaTypes: Record<Mime, readonly string[]> = {
  'application/pdf': ['application/pdf'],
  'application/xml': ['application/xml', 'text/xml'],
};

/**
 * The bytes of one document (entitylocker-upstream §2.6), all forms of its address within one deadline. Falls back to
 * PDF where the list offers PDF but no XML (§7 no. 10); `contentType` says what it is.
 */
export async function fetchDocument(
  deps: ResourceDeps,
  grant: Grant,
  document: IssuedDocument,
  mime: Mime,
): Promise<FetchedDocument> {
  const offered = document.mimes;
  const contentType = !offered.includes(mime) && offered.includes('application/pdf') ? 'application/pdf' : mime;
  const { settings } = deps;
  const deadline = AbortSignal.timeout(settings.deadlineMs);
  const ask = (path: string) =>
    deps.call({
      name: 'document',
      method: 'GET',
      url: settings.baseUrl + path.replace('{uri}', () => encodeURIComponent(document.uri)),
      headers: { ...bearer(grant), accept: contentType },
      accept: mediaTypes[contentType],
      bodyBytesMax: settings.documentBytesMax,
      deadline,
    });
  const [byPath, byQuery] =
    contentType === 'application/pdf'
      ? [settings.paths.fileByPath, settings.paths.fileByQuery]
      : [settings.paths.xmlByPath, settings.paths.xmlByQuery];
  const answer = await placed(
    settings.uriPlacement,
    () => ask(byPath),
    () => ask(byQuery),
  );
  verifyHmac(answer, settings.clientSecret);
  verifyLooks(answer.bytes, contentType);
  return { bytes: answer.bytes, contentType };
}

/** Tries the path and, where that address is not known, the query (entitylocker-upstream §9 no. 1). */
async function placed(
  placement: ResolvedSettings['uriPlacement'],
  byPath: () => Promise<CallAnswer>,
  byQuery: () => Promise<CallAnswer>,
): Promise<CallAnswer> {
  if (placement === 'query') return byQuery();
  try {
    return await byPath();
  } catch (error) {
    const status = refusalOf(error)?.status;
    if (placement === 'path_then_query' && (status === 404 || status === 400)) return byQuery();
    throw error;
  }
}

/**
 * Base64 of HMAC-SHA256 under the client secret over the exact bytes (entitylocker-upstream §2.6); required. Missing
 * is refused, for it will be missing again; wrong is unavailable, for bytes may have been damaged on the way.
 */
function verifyHmac(answer: CallAnswer, clientSecret: string): void {
  const given = answer.headers.get('hmac')?.trim();
  if (!given) throw refused('document', 'hmac is missing', { status: 200 });
  const expected = Buffer.from(createHmac('sha256', clientSecret).update(answer.bytes).digest('base64'));
  const candidate = Buffer.from(given);
  if (candidate.length !== expected.length || !timingSafeEqual(candidate, expected)) {
    throw unavailable('document', 'hmac differs');
  }
}

/** Bytes that are signed but not what was asked for: an error page sent with the type of the document. */
function verifyLooks(bytes: Buffer, contentType: Mime): void {
  if (contentType === 'application/pdf') {
    if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw refused('document', 'not a PDF', { status: 200 });
    return;
  }
  const start = bytes
    .subarray(0, 512)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .toLowerCase();
  if (!start.startsWith('<') || start.startsWith('<!doctype html') || start.startsWith('<html')) {
    throw refused('document', 'not an XML document', { status: 200 });
  }
}
