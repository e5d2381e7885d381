import type { Credentials } from './dev-server.ts';

/** An answer of the API, as JSON. */
export interface Answer {
  code: number;
  message?: string;
  data?: {
    status?: string;
    documents_consented?: string[];
    files?: { url: string; size: number }[];
    access_token?: string;
    session_id?: string;
    authorization_url?: string;
  };
}

/** An integrator's server, with what the credentials file says and nothing else. */
export function integrator({ base_url: baseUrl, api_key: apiKey, api_secret: apiSecret }: Credentials) {
  const call = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      // A connection of its own each time: the server is restarted in between.
      headers: { 'x-api-key': apiKey, connection: 'close', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Answer;
  };
  const authorized = async (path: string, body?: unknown) => {
    const { data } = await call('POST', '/authenticate', { 'x-api-secret': apiSecret });
    const headers = { authorization: data?.access_token ?? '', 'content-type': 'application/json' };
    return call(body === undefined ? 'GET' : 'POST', path, headers, body);
  };
  const sessions = '/kyc/entitylocker-sdk/sessions';
  return {
    /** A session of the redirect flow: its id, and the address for the browser. */
    async init(redirectUrl: string): Promise<{ id: string; address: string }> {
      const { data } = await authorized('/kyc/entitylocker/sessions/init', {
        '@entity': 'in.co.sandbox.kyc.entitylocker.session.request',
        flow: 'signin',
        redirect_url: redirectUrl,
      });
      return { id: data?.session_id ?? '', address: data?.authorization_url ?? '' };
    },
    status: async (sessionId: string) => (await authorized(`${sessions}/${sessionId}/status`)).data?.status,
    session: async (sessionId: string) => (await authorized(`${sessions}/${sessionId}/status`)).data,
    document: (sessionId: string, docType: string) => authorized(`${sessions}/${sessionId}/documents/${docType}`),
    /** The bytes behind a download link: link and nothing else. */
    bytes: async (url: string) =>
      Buffer.from(await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer()),
  };
}

export type Integrator = ReturnType<typeof integrator>;
