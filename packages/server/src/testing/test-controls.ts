import type { InjectOptions } from 'fastify';
import type { TestGateway } from './gateway.ts';

/** The levers of `/test`, as a test of an integrator pulls them. For tests only. */
export function levers(gateway: TestGateway, key: { apiKey: string; token: string }) {
  const send = async (method: 'POST' | 'DELETE', url: string, payload?: object) => {
    const options: InjectOptions = { method, url, headers: gateway.headers(key), ...(payload && { payload }) };
    const response = await gateway.app.inject(options);
    const body = response.body === '' ? {} : response.json<Record<string, unknown>>();
    return { status: response.statusCode, code: response.headers['x-error-code'], body, headers: response.headers };
  };
  const actions = (id: string, body: object) => send('POST', `/test/sessions/${id}/actions`, body);
  return {
    send,
    actions,
    act: (id: string, action: string, fields: object = {}) => actions(id, { action, ...fields }),
    play: (id: string, scenario: string) => actions(id, { scenario }),
    clock: (id: string, body: object) => send('POST', `/test/sessions/${id}/clock`, body),
    queue: (body: object) => send('POST', '/test/upstream/answers', body),
    reset: () => send('DELETE', '/test/upstream'),
  };
}
