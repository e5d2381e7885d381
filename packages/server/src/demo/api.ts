import {
  authenticate,
  createSdkSession,
  type DocTypeName,
  sdkSessionDocument,
  sdkSessionEntityDetails,
  sdkSessionRequestEntity,
  sdkSessionStatus,
} from '@tijori/wire';
import { type ShownCall, shown } from './shown-call.ts';

export interface DemoCredentials {
  apiKey: string;
  apiSecret: string;
}

/** One call as an integrator's server makes it, kept to be shown. */
export interface ApiAnswer {
  status: number;
  errorCode: string | null;
  body: { code: number; message?: string; data?: Record<string, unknown> };
}

/** Longest wait for our own API, ms. */
const deadlineMs = 20_000;
/** Asks the simulator for an outcome (docs/scenarios.md). */
const scenarioHeader = 'x-tijori-scenario';

/**
 * The demo's server side: an integrator like any other, which reaches the API over HTTP with key and secret. The secret
 * never leaves this file for a browser. `tell` hears of each call what a page may show of it.
 */
export function demoApi(
  baseUrl: string,
  { apiKey, apiSecret }: DemoCredentials,
  tell: (call: ShownCall) => void = () => {},
) {
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<ApiAnswer> => {
    const startMs = performance.now();
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      signal: AbortSignal.timeout(deadlineMs),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as ApiAnswer['body'];
    const elapsedMs = Math.round(performance.now() - startMs);
    tell({
      method,
      path,
      status: response.status,
      elapsedMs,
      ...(body ? { request: shown(body) } : {}),
      answer: shown(answer),
    });
    return { status: response.status, errorCode: response.headers.get('x-error-code'), body: answer };
  };
  let token: Promise<ApiAnswer> | undefined;
  const authorized = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    token ??= call(authenticate.method, authenticate.path, { 'x-api-secret': apiSecret });
    const { data } = (await token).body;
    return call(method, path, { authorization: String(data?.access_token ?? ''), ...more }, body);
  };
  const fill = (path: string, sessionId: string) => path.replace('{session_id}', encodeURIComponent(sessionId));
  return {
    create: (flow: string, docTypes: readonly string[], scenario = '') =>
      authorized(
        createSdkSession.method,
        createSdkSession.path,
        { '@entity': sdkSessionRequestEntity, flow, doc_types: docTypes },
        scenario ? { [scenarioHeader]: scenario } : {},
      ),
    status: (sessionId: string) => authorized(sdkSessionStatus.method, fill(sdkSessionStatus.path, sessionId)),
    entity: (sessionId: string) =>
      authorized(sdkSessionEntityDetails.method, fill(sdkSessionEntityDetails.path, sessionId)),
    document: (sessionId: string, docType: DocTypeName) =>
      authorized(
        sdkSessionDocument.method,
        fill(sdkSessionDocument.path, sessionId).replace('{doc_type}', encodeURIComponent(docType)),
      ),
  };
}
