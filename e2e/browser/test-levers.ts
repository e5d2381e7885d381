import type { Credentials } from './dev-server.ts';

/** The levers of test keys, as somebody who writes a test pulls them. */
export function testLevers({ base_url: baseUrl, api_key: apiKey, api_secret: apiSecret }: Credentials) {
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', connection: 'close', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { data?: { access_token?: string } };
  };
  const pull = async (method: string, path: string, body?: object) => {
    const { data } = await call('POST', '/authenticate', undefined, { 'x-api-secret': apiSecret });
    return call(method, path, body, { authorization: data?.access_token ?? '' });
  };
  return {
    /** The time of the session's link is over now. */
    expire: (id: string) => pull('POST', `/test/sessions/${id}/clock`, { advance: 'link' }),
    /** EntityLocker leaves the next exchange of a code without an answer. */
    breakTokenCall: () => pull('POST', '/test/upstream/answers', { point: 'token', answer: { kind: 'reset' } }),
    repair: () => pull('DELETE', '/test/upstream'),
  };
}
