import { apiSessionRequestEntity, createSession, initApiSession, listSessions, type V1Session } from '@tijori/wire';
import { integrator, type Person, walkFrom } from './api.ts';
import type { TestGateway } from './gateway.ts';

export const initPath = initApiSession.path;
export const ownPath = createSession.path;
export const backUrl = 'https://lender.example/back?step=documents';

/** A body that `sessions/init` takes, with what a test changes about it. */
export function initBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return { '@entity': apiSessionRequestEntity, flow: 'signin', redirect_url: backUrl, ...change };
}

/** A body that `POST /v1/sessions` takes, with what a test changes about it. */
export function ownBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    flow: 'signin',
    documents: [{ type: 'company_master_details' }, { type: 'gstn_details' }, { type: 'udhyam_certificate' }],
    ...change,
  };
}

/** The redirect flow as an integrator with this key calls it. For tests only. */
export function redirectFlow(gateway: TestGateway, key: { apiKey: string; token: string }) {
  const { send } = integrator(gateway, key);
  const of = (id: string, rest: string) => send({ method: 'GET', url: `/kyc/entitylocker/sessions/${id}/${rest}` });
  const init = (change: Record<string, unknown> = {}) =>
    send({ method: 'POST', url: initPath, payload: initBody(change) });
  return {
    send,
    init,
    status: (id: string) => of(id, 'status'),
    document: (id: string, docType: string) => of(id, `documents/${docType}`),
    entity: (id: string) => of(id, 'entity'),
    profile: (id: string) => of(id, 'user/profile'),
    /** A new session's id. */
    async newSession(change: Record<string, unknown> = {}): Promise<string> {
      const response = await init(change);
      if (response.statusCode !== 200) throw new Error(`init answered ${response.body}`);
      return response.json<{ data: { session_id: string } }>().data.session_id;
    },
    /** `data` of the status answer. */
    async session(id: string): Promise<Record<string, unknown>> {
      return (await of(id, 'status')).json<{ data: Record<string, unknown> }>().data;
    },
  };
}

/** Our own API as an integrator with this key calls it. For tests only. */
export function ownApi(gateway: TestGateway, key: { apiKey: string; token: string }) {
  const { send } = integrator(gateway, key);
  const create = (change: Record<string, unknown> = {}) =>
    send({ method: 'POST', url: ownPath, payload: ownBody(change) });
  const list = (query = '') => send({ method: 'GET', url: `${listSessions.path}${query}` });
  return {
    send,
    create,
    list,
    get: (id: string) => send({ method: 'GET', url: `${ownPath}/${id}` }),
    update: (id: string, payload: object) => send({ method: 'PATCH', url: `${ownPath}/${id}`, payload }),
    cancel: (id: string) => send({ method: 'POST', url: `${ownPath}/${id}/cancel` }),
    async newSession(change: Record<string, unknown> = {}): Promise<V1Session> {
      const response = await create(change);
      if (response.statusCode !== 201) throw new Error(`create answered ${response.body}`);
      return response.json<V1Session>();
    },
    /** All sessions of a list, page by page. */
    async all(query: Record<string, string | number> = {}): Promise<V1Session[]> {
      const found: V1Session[] = [];
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) search.set(name, String(value));
      for (let pages = 0; pages < 1_000; pages += 1) {
        const response = await list(`?${search}`);
        if (response.statusCode !== 200) throw new Error(`list answered ${response.body}`);
        const { data, next_cursor: next } = response.json<{ data: V1Session[]; next_cursor: string | null }>();
        found.push(...data);
        if (next === null) return found;
        search.set('cursor', next);
      }
      throw new Error('the list does not end');
    },
  };
}

/** From the address of a session of the redirect flow up to the one to which EntityLocker sends the browser back. */
export async function walkByRedirect(
  person: Person,
  sessionId: string,
  choice: Parameters<typeof walkFrom>[2] = {},
): Promise<string> {
  return walkFrom(person, await person.get(`/consent/${sessionId}/authorize`), choice);
}

/** Where a page leads by itself. */
export function leadsTo(body: string): string | undefined {
  return /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(body)?.[1]?.replaceAll('&amp;', '&');
}
