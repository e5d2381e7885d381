import { createSdkSession, type DocTypeName, docTypes, sdkSessionRequestEntity } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { TestGateway } from './gateway.ts';
import { browser } from './person.ts';

/** The three fictional people whose journeys the tests walk. */
export const people = {
  /** One company with one document of each type. */
  asha: '5550000001',
  /** One company with three GST registrations and no Udyam certificate. */
  ravi: '5550000002',
} as const;

export const createPath = createSdkSession.path;

/** A body that `sessions/create` takes, with what a test changes about it. */
export function createBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  const everything = docTypes.map((type) => type.name);
  return { '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: everything, ...change };
}

/** The API as an integrator with this key calls it. */
export function integrator(gateway: TestGateway, key: { apiKey: string; token: string }) {
  const headers = gateway.headers(key);
  const send = (options: InjectOptions) =>
    gateway.app.inject({ ...options, headers: { ...headers, ...options.headers } });
  const status = (id: string) => send({ method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${id}/status` });
  return {
    send,
    status,
    create: (change: Record<string, unknown> = {}) =>
      send({ method: 'POST', url: createPath, payload: createBody(change) }),
    /** A new session's id. */
    async newSession(change: Record<string, unknown> = {}): Promise<string> {
      const response = await send({ method: 'POST', url: createPath, payload: createBody(change) });
      if (response.statusCode !== 200) throw new Error(`create answered ${response.body}`);
      return response.json<{ data: { id: string } }>().data.id;
    },
    /** `data` of the status answer. */
    async session(id: string): Promise<Record<string, unknown>> {
      return (await status(id)).json<{ data: Record<string, unknown> }>().data;
    },
    document: (id: string, docType: string) =>
      send({ method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${id}/documents/${docType}` }),
    /** Path and query of the links to a consented document's files. */
    async links(id: string, docType: DocTypeName): Promise<string[]> {
      const response = await send({ method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${id}/documents/${docType}` });
      const { data } = response.json<{ data?: { files: { url: string }[] } }>();
      if (!data) throw new Error(`document answered ${response.body}`);
      return data.files.map(({ url }) => url.slice(gateway.config.baseUrl.length));
    },
  };
}

export type Person = ReturnType<typeof browser>;
type Page = Awaited<ReturnType<Person['get']>>;

interface Choice {
  mobile?: string;
  /** Which documents stay ticked, by their five-letter code; left out: all. */
  share?: readonly string[];
  decision?: 'Allow' | 'Deny';
}

/** From the session's page through EntityLocker up to the address to which it sends the browser back, not yet visited. */
export async function walkToCallback(person: Person, sessionId: string, choice: Choice = {}): Promise<string> {
  const begin = await person.get(`/consent/${sessionId}`);
  return walkFrom(person, await person.submit(begin), choice);
}

/** As `walkToCallback`, for a browser that has EntityLocker's sign-in before it. */
export async function walkFrom(person: Person, signIn: Page, choice: Choice = {}): Promise<string> {
  const { mobile = people.asha, share, decision = 'Allow' } = choice;
  const asked = await person.submit(signIn, { mobile }, 'Continue');
  const otp = /data-testid="otp"[^>]*>(\d{6})/.exec(asked.body)?.[1] ?? '';
  const consent = await person.submit(asked, { otp }, 'Verify');
  const boxes = [...consent.body.matchAll(/name="document"[^>]*value="([^"]*)" data-doctype="([A-Z]{5})"/g)];
  const ticked = boxes.filter(([, , code]) => !share || share.includes(code ?? '')).map(([, uri]) => uri ?? '');
  const action = /<form[^>]*action="([^"]*consent[^"]*)"/.exec(consent.body)?.[1];
  if (!action) throw new Error('EntityLocker shows no consent page');
  const fields = person.fieldsOf(consent, decision);
  for (const uri of ticked) fields.append('document', uri);
  const back = await person.visit('POST', new URL(action, consent.url).href, fields);
  if (!back.location) throw new Error(`EntityLocker does not send the browser back: ${back.status}`);
  return back.location;
}

/** The whole journey of one person, to the session's last page. */
export async function walk(gateway: TestGateway, sessionId: string, choice: Choice = {}): Promise<Page> {
  const person = browser(gateway);
  return person.get(await walkToCallback(person, sessionId, choice));
}

/** While `work` runs no document can be fetched: afterwards all are still to come. */
export async function withoutDownloads(gateway: TestGateway, work: () => Promise<unknown>): Promise<void> {
  const real = gateway.deps.upstreams.test as Upstream;
  gateway.deps.upstreams.test = { ...real, fetchDocument: () => Promise.reject(new AppError('upstream_timeout')) };
  await work();
  await gateway.deps.background.idle();
  gateway.deps.upstreams.test = real;
}
