import { createHash } from 'node:crypto';
import {
  authenticate,
  type CreateSdkSessionResponse,
  createSdkSession,
  type DocTypeName,
  type GetSessionResponse,
  getSession,
  type SdkSession,
  type SdkSessionDocumentResponse,
  type SdkSessionStatusResponse,
  sdkSessionDocument,
  sdkSessionRequestEntity,
  sdkSessionStatus,
} from '@tijori/wire';
import type { Answer, Connection } from './connection.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { DownloadedFile } from './ledger.ts';

/** An integrator. Its token is fetched once and must outlive every crash: 24 hours were promised. */
export interface Integrator {
  baseUrl: string;
  headers: Record<string, string>;
}

/** An answer that a healthy server does not give. */
export class UnexpectedAnswer extends Error {}

export async function integratorOf(gateway: GatewayProcess, connection: Connection): Promise<Integrator> {
  const { baseUrl, apiKey, apiSecret } = gateway;
  const headers = { 'x-api-key': apiKey, 'x-api-secret': apiSecret };
  const answer = await connection.ask('POST', `${baseUrl}${authenticate.path}`, { headers });
  const { access_token: token } = json<{ access_token: string }>(answer, 'authenticate');
  return { baseUrl, headers: { authorization: token, 'x-api-key': apiKey, 'content-type': 'application/json' } };
}

export async function create(connection: Connection, { baseUrl, headers }: Integrator, docTypes: readonly string[]) {
  const body = JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: docTypes });
  const answer = await connection.ask('POST', `${baseUrl}${createSdkSession.path}`, { headers, body });
  return json<CreateSdkSessionResponse>(answer, 'create').data;
}

export async function status(
  connection: Connection,
  { baseUrl, headers }: Integrator,
  id: string,
): Promise<SdkSession> {
  const path = sdkSessionStatus.path.replace('{session_id}', id);
  const answer = await connection.ask('GET', `${baseUrl}${path}`, { headers });
  return json<SdkSessionStatusResponse>(answer, 'status').data;
}

/** What became of a session, and how: for whoever has to find out why. */
export async function storyOf(connection: Connection, { baseUrl, headers }: Integrator, id: string): Promise<string> {
  const answer = await connection.ask('GET', `${baseUrl}${getSession.path.replace('{session_id}', id)}`, { headers });
  const { status_reason: reason, timeline } = json<GetSessionResponse>(answer, 'session');
  return `${reason}: ${timeline.map(({ at, action, detail }) => [at, action, detail].filter(Boolean).join(' ')).join(', ')}`;
}

/** All files of one document type, downloaded through fresh links. */
export async function download(
  connection: Connection,
  { baseUrl, headers }: Integrator,
  id: string,
  docType: DocTypeName,
): Promise<DownloadedFile[]> {
  const path = sdkSessionDocument.path.replace('{session_id}', id).replace('{doc_type}', docType);
  const answer = await connection.ask('GET', `${baseUrl}${path}`, { headers });
  const files: DownloadedFile[] = [];
  for (const { url, size } of json<SdkSessionDocumentResponse>(answer, 'documents').data.files) {
    files.push({ url, sha256: await digestBehind(connection, url, size) });
  }
  return files;
}

/** SHA-256 of what a link delivers. */
export async function digestBehind(connection: Connection, url: string, sizeBytes?: number): Promise<string> {
  const answer = await connection.ask('GET', url);
  if (answer.status !== 200) throw new UnexpectedAnswer(`download answered ${answer.status}`);
  if (sizeBytes !== undefined && answer.body.length !== sizeBytes) {
    throw new UnexpectedAnswer(`download has ${answer.body.length} bytes instead of ${sizeBytes}`);
  }
  return createHash('sha256').update(answer.body).digest('hex');
}

function json<Body>({ status: code, body }: Answer, what: string): Body {
  if (code !== 200) throw new UnexpectedAnswer(`${what} answered ${code}: ${body.toString().slice(0, 200)}`);
  return JSON.parse(body.toString()) as Body;
}
