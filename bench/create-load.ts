import { createSdkSession, sdkSessionRequestEntity } from '@tijori/wire';
import type { Load } from './load.ts';
import type { RunningGateway } from './servers.ts';

/** What an integrator sends with each call of the API: its key, and a token that is good for a day. */
export async function callerHeaders({
  baseUrl,
  apiKey,
  apiSecret,
}: Pick<RunningGateway, 'baseUrl' | 'apiKey' | 'apiSecret'>): Promise<Record<string, string>> {
  const login = { method: 'POST', headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret } };
  const answer = await fetch(`${baseUrl}/authenticate`, login);
  const { data } = (await answer.json()) as { data: { access_token: string } };
  return { authorization: data.access_token, 'x-api-key': apiKey };
}

/** Sessions made one after the other, for one document each. */
export function createLoad(headers: Record<string, string>): Load {
  return {
    method: createSdkSession.method,
    paths: [createSdkSession.path],
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] }),
  };
}

/** The first request of a load as it goes over the line. */
export function requestText(baseUrl: string, { method, paths, headers, body = '' }: Load): string {
  const head = { host: new URL(baseUrl).host, ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${paths[0]} HTTP/1.1`, ...lines, '', body].join('\r\n');
}
