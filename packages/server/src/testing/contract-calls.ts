import { createSdkSession, type Endpoint, endpoints } from '@tijori/wire';
import { exampleOf, type JsonSchema } from '@tijori/wire/openapi';
import type { InjectOptions } from 'fastify';
import type { TestGateway } from './gateway.ts';

/** Every operation of the contract, as its type says and not as each is written. */
export const allEndpoints: readonly Endpoint[] = endpoints;

/** Names under which an operation takes the id of a session. */
const sessionParams: readonly string[] = ['session_id', 'id'];

/** Whether an operation is about one session. */
export function isAboutSession({ path }: Endpoint): boolean {
  return sessionParams.some((name) => path.includes(`{${name}}`));
}

/** A path with an id in the place of the session's, and examples in all other places. */
export function pathTo({ path, params }: Endpoint, sessionId: string): string {
  const schema: JsonSchema = params ?? {};
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(
      sessionParams.includes(name) ? sessionId : String(exampleOf(schema.properties?.[name] ?? { examples: [name] })),
    ),
  );
}

/** A call with everything right but the credentials, which the caller of this adds. */
export function callTo(endpoint: Endpoint, sessionId: string, nowMs: number): InjectOptions {
  return {
    method: endpoint.method,
    url: pathTo(endpoint, sessionId),
    ...(endpoint.body && { payload: bodyFor(endpoint, nowMs) }),
  };
}

/** Times that a body may hold and that must lie ahead, by how far they do, ms. */
const timesAhead: Readonly<Record<string, number>> = { consent_expiry: 7_200_000, expires_at: 1_800_000 };

/** The example of an endpoint's body, with its times moved to where the clock stands. */
export function bodyFor({ example }: Endpoint, nowMs: number): Record<string, unknown> {
  const body = { ...(example as Record<string, unknown>) };
  for (const [name, aheadMs] of Object.entries(timesAhead)) if (name in body) body[name] = nowMs + aheadMs;
  return body;
}

interface OpenedSession {
  id: string;
  /** Where the person begins, in the family that answers an address. */
  authorizationUrl: string | undefined;
}

/** A new session of the kind that an endpoint is about, made by the key. */
export async function openSessionFor(
  endpoint: Endpoint,
  gateway: TestGateway,
  key: { apiKey: string; token: string },
): Promise<OpenedSession> {
  const ofFamily = allEndpoints.find(
    ({ family, method, path }) =>
      endpoint.family === 'entitylocker_api' && family === endpoint.family && method === 'POST' && !path.includes('{'),
  );
  const creator = ofFamily ?? createSdkSession;
  const response = await gateway.app.inject({
    ...callTo(creator, '', gateway.clock.nowMs),
    headers: gateway.headers(key),
  });
  const { data } = response.json<{ data?: { id?: string; session_id?: string; authorization_url?: string } }>();
  const id = data?.id ?? data?.session_id;
  if (!id) throw new Error(`${creator.path} answered ${response.body}`);
  return { id, authorizationUrl: data?.authorization_url };
}

/** The id of such a session. */
export async function sessionFor(...args: Parameters<typeof openSessionFor>): Promise<string> {
  return (await openSessionFor(...args)).id;
}

/** The call that gives a browser its token of one session, if the contract has it. */
export const sdkTokenEndpoint = allEndpoints.find(
  ({ family, credentials, method }) => family === 'browser' && credentials === 'key' && method === 'POST',
);

/** What a browser sends that has taken up a session. */
export async function sdkCredentials(
  gateway: TestGateway,
  apiKey: string,
  sessionId: string,
): Promise<Record<string, string>> {
  if (!sdkTokenEndpoint) throw new Error('the contract has no call for the token of a browser');
  const response = await gateway.app.inject({
    ...callTo(sdkTokenEndpoint, sessionId, gateway.clock.nowMs),
    headers: { 'x-api-key': apiKey, origin: gateway.config.baseUrl },
  });
  const { data } = response.json<{ data?: { access_token?: string } }>();
  if (!data?.access_token) throw new Error(`${sdkTokenEndpoint.path} answered ${response.body}`);
  const cookie = response.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { 'x-api-key': apiKey, authorization: data.access_token, cookie, origin: gateway.config.baseUrl };
}
