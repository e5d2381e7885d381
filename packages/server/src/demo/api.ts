import {
  authenticate,
  createSdkSession,
  type DocTypeName,
  sdkSessionDocument,
  sdkSessionRequestEntity,
  sdkSessionStatus,
} from '@tijori/wire';

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

/**
 * The demo's server side: an integrator like any other, which reaches the API over HTTP with key and secret. The secret
 * never leaves this file for a browser.
 */
export function demoApi(baseUrl: string, { apiKey, apiSecret }: DemoCredentials) {
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<ApiAnswer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      signal: AbortSignal.timeout(deadlineMs),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as ApiAnswer['body'];
    return { status: response.status, errorCode: response.headers.get('x-error-code'), body: answer };
  };
  const authorized = async (method: string, path: string, body?: unknown) => {
    const token = await call(authenticate.method, authenticate.path, { 'x-api-secret': apiSecret });
    return call(method, path, { authorization: String(token.body.data?.access_token ?? '') }, body);
  };
  const fill = (path: string, sessionId: string) => path.replace('{session_id}', encodeURIComponent(sessionId));
  return {
    create: (flow: string, docTypes: readonly string[]) =>
      authorized(createSdkSession.method, createSdkSession.path, {
        '@entity': sdkSessionRequestEntity,
        flow,
        doc_types: docTypes,
      }),
    status: (sessionId: string) => authorized(sdkSessionStatus.method, fill(sdkSessionStatus.path, sessionId)),
    document: (sessionId: string, docType: DocTypeName) =>
      authorized(
        sdkSessionDocument.method,
        fill(sdkSessionDocument.path, sessionId).replace('{doc_type}', encodeURIComponent(docType)),
      ),
  };
}
