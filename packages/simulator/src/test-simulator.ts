import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { SimulatorClient } from './clients.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';

/** Makes simulators and plays a browser and a client, for tests. Nothing here is part of the package's surface. */

export const redirectUri = 'http://127.0.0.1:9/callback';
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const testClient: SimulatorClient = {
  clientId: 'AB12CD34EF',
  clientSecret: 'a+secret/of:tests%41',
  redirectUris: [redirectUri, 'https://other.example/return?kept=1'],
  name: 'Specimen Requester',
};
export const otherClient: SimulatorClient = { ...testClient, clientId: 'OTHER00001', clientSecret: 'other-secret' };
export const startMs = Date.UTC(2026, 10, 22, 12, 0, 0);

export interface TestSimulator extends Simulator {
  clock: { nowMs: number };
}

export async function testSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const clock = { nowMs: startMs };
  const clients = [testClient, otherClient];
  const simulator = await createSimulator({ statePath: ':memory:', clients, now: () => clock.nowMs, ...options });
  return { ...simulator, clock };
}

export function challengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/** The address of a good authorization request; a field given as undefined is left out. */
export function authorizeUrl(change: Record<string, string | undefined> = {}): string {
  const fields: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: testClient.clientId,
    redirect_uri: redirectUri,
    state: 'state-0',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...change,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, value);
  return `/public/oauth2/1/authorize?${query}`;
}

export interface Page {
  status: number;
  location: string | undefined;
  body: string;
  headers: Record<string, unknown>;
}

/** A browser with one cookie jar that follows the simulator's own redirects and knows where it is. */
export interface Browser {
  cookie: string;
  journey: string;
  app: FastifyInstance;
  open(url: string): Promise<Page>;
  post(step: string, form: Record<string, string | string[]>): Promise<Page>;
}

export function browserOf(app: FastifyInstance): Browser {
  const browser: Browser = {
    cookie: '',
    journey: '',
    app,
    open: async (url) => {
      const answer = await browser.app.inject({
        method: 'GET',
        url,
        headers: { accept: 'text/html', cookie: browser.cookie },
      });
      const set = answer.headers['set-cookie'];
      if (typeof set === 'string') browser.cookie = set.split(';')[0] ?? '';
      return follow(browser, answer);
    },
    post: async (step, form) => {
      const { body } = await browser.app.inject({ url: browser.journey, headers: { cookie: browser.cookie } });
      const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
      const payload = new URLSearchParams({ csrf });
      for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) payload.append(name, one);
      return follow(browser, await postForm(browser, `${browser.journey}/${step}`, payload));
    },
  };
  return browser;
}

export function postForm(browser: Browser, url: string, payload: URLSearchParams) {
  const headers = { accept: 'text/html', cookie: browser.cookie, 'content-type': 'application/x-www-form-urlencoded' };
  return browser.app.inject({ method: 'POST', url, headers, payload: payload.toString() });
}

async function follow(
  browser: Browser,
  answer: { statusCode: number; body: string; headers: Record<string, unknown> },
): Promise<Page> {
  const { location } = answer.headers;
  if (typeof location === 'string' && location.startsWith('/public/journey/')) {
    browser.journey = location;
    return browser.open(location);
  }
  const target = typeof location === 'string' ? location : undefined;
  return { status: answer.statusCode, location: target, body: answer.body, headers: answer.headers };
}

export function otpOf(page: Page): string {
  return /data-testid="otp">(\d{6})</.exec(page.body)?.[1] ?? '';
}

export function documentsOf(page: Page): string[] {
  return [...page.body.matchAll(/name="document" id="[^"]+" value="([^"]+)"/g)].map((match) => match[1] ?? '');
}

/** Signs in and proves the number. For a person with one entity the answer is the consent page. */
export async function signIn(
  browser: Browser,
  mobile: string,
  change: Record<string, string | undefined> = {},
): Promise<Page> {
  await browser.open(authorizeUrl(change));
  const otpPage = await browser.post('sign-in', { mobile });
  return browser.post('otp', { otp: otpOf(otpPage) });
}

/** The whole way to a code, with every listed document ticked or only those that `wanted` picks. */
export async function obtainCode(
  app: FastifyInstance,
  mobile = '5550000001',
  change: Record<string, string | undefined> = {},
  wanted: (uri: string) => boolean = () => true,
): Promise<string> {
  const browser = browserOf(app);
  const consent = await signIn(browser, mobile, change);
  const document = documentsOf(consent).filter(wanted);
  const back = await browser.post('consent', { decision: 'allow', document });
  return new URL(back.location ?? 'http://missing.invalid').searchParams.get('code') ?? '';
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** Posts a form as a client; body authentication unless other headers or fields are given. */
export async function postApi(
  app: FastifyInstance,
  path: 'token' | 'revoke',
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const answer = await app.inject({
    method: 'POST',
    url: `/public/oauth2/1/${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  });
  const body: unknown = answer.body === '' ? {} : JSON.parse(answer.body);
  return { status: answer.statusCode, headers: answer.headers, body: body as Record<string, unknown> };
}

export function basic(client: SimulatorClient = testClient): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` };
}

export const bodyAuth = { client_id: testClient.clientId, client_secret: testClient.clientSecret };

export function redeem(app: FastifyInstance, code: string, change: Record<string, string> = {}): Promise<ApiAnswer> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return postApi(app, 'token', { ...form, ...bodyAuth, ...change });
}

export function refresh(app: FastifyInstance, refreshToken: unknown): Promise<ApiAnswer> {
  return postApi(app, 'token', { grant_type: 'refresh_token', refresh_token: String(refreshToken) }, basic());
}

/** Calls a resource below `/public/oauth2`. */
export function getResource(app: FastifyInstance, path: string, token: unknown) {
  return app.inject({ url: `/public/oauth2${path}`, headers: { authorization: `Bearer ${String(token)}` } });
}
