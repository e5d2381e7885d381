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
  };
}

/** An integrator's server, with what the credentials file says and nothing else. */
export function integrator({ base_url: baseUrl, api_key: apiKey, api_secret: apiSecret }: Credentials) {
  const call = async (method: string, path: string, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      // A connection of its own each time: the server is restarted in between.
      headers: { 'x-api-key': apiKey, connection: 'close', ...headers },
    });
    return (await response.json()) as Answer;
  };
  const authorized = async (path: string) => {
    const { data } = await call('POST', '/authenticate', { 'x-api-secret': apiSecret });
    return call('GET', path, { authorization: data?.access_token ?? '' });
  };
  const sessions = '/kyc/entitylocker-sdk/sessions';
  return {
    status: async (sessionId: string) => (await authorized(`${sessions}/${sessionId}/status`)).data?.status,
    session: async (sessionId: string) => (await authorized(`${sessions}/${sessionId}/status`)).data,
    document: (sessionId: string, docType: string) => authorized(`${sessions}/${sessionId}/documents/${docType}`),
    /** The bytes behind a download link: link and nothing else. */
    bytes: async (url: string) =>
      Buffer.from(await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer()),
  };
}

export type Integrator = ReturnType<typeof integrator>;
