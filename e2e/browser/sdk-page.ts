import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';
import { person } from './person.ts';
import type { Stage } from './stage.ts';

/** What a page's listener heard: ours have a bare type, the vendor's a long one with data. */
export interface Heard {
  type: string;
  sessionId?: string;
  data?: { session_id: string; status: string; reason?: string };
  [more: string]: unknown;
}

export const heard = (page: Page) => page.evaluate<Heard[]>('window.heard');

/** The last words of the types, in order; `step` and `ready` come and go. */
export async function types(page: Page): Promise<string[]> {
  const list = (await heard(page)).map(({ type }) => type.replace(/.*\./, ''));
  return list.filter((type) => type !== 'step' && type !== 'ready' && type !== 'opened');
}

/** One word in vain, ms: as a step of a stage. */
const wordMsMax = 90_000;

/**
 * Waits until a listener has heard an event. Asks from outside: a strict policy of the page leaves no other way. How soon, no clock of a
 * starved machine can say: the test of an end that is told "within five seconds" counts how often it was asked for (`pollsOf`).
 */
export async function hears(page: Page, type: string): Promise<void> {
  const until = Date.now() + wordMsMax;
  let list: string[] = [];
  while (Date.now() < until) {
    // In the middle of a navigation there is nobody to ask.
    list = await types(page).catch(() => []);
    if (list.includes(type)) return;
    await pause(100);
  }
  throw new Error(`${type} was not heard within ${wordMsMax} ms, but: ${list.join(', ')}`);
}

/** How often the frames of a page have asked how a session stands, from now on: one question comes 3.5 s after another (`hosted/frame.ts`). */
export function pollsOf(page: Page, sessionId: string): () => number {
  let polls = 0;
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().endsWith(`/sessions/${sessionId}`)) polls += 1;
  });
  return () => polls;
}

export const frameOf = (page: Page, index = 0): FrameLocator => page.locator('iframe').nth(index).contentFrame();

export const continueButton = (page: Page, index = 0) =>
  frameOf(page, index).getByRole('button', { name: 'Continue to EntityLocker' });

/** Third-party cookies blocked, as a person may have set it. */
export async function blockThirdPartyCookies(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  // Before it, a Chromium without a window takes the order and does nothing.
  await devtools.send('Network.enable');
  await devtools.send('Network.setCookieControls', { enableThirdPartyCookieRestriction: true });
}

/** Presses the frame's button: the window that came up, standing at the locker's question, signed in. */
export async function openLocker(page: Page, stage: Pick<Stage, 'baseUrl'>, index = 0) {
  const [popup] = await Promise.all([page.waitForEvent('popup'), continueButton(page, index).click()]);
  const somebody = person(popup, stage.baseUrl);
  await somebody.signInAtLocker();
  return {
    popup,
    /** Answers there; the window closes by itself. */
    async answer(name: 'Allow' | 'Deny', untick?: string) {
      if (untick) await somebody.untick(untick);
      const gone = popup.waitForEvent('close');
      await popup.getByRole('button', { name, exact: true }).click();
      await gone;
    },
  };
}

/** The server, and where it is. */
type ServerSide = Pick<Stage, 'server' | 'baseUrl'>;

/** One call of an integrator's server, with the token that it takes. */
async function serverCall(
  { server, baseUrl }: ServerSide,
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  const post = async (to: string, headers: Record<string, string>, more?: object) => {
    const response = await fetch(`${baseUrl}${to}`, {
      method: 'POST',
      headers: {
        'x-api-key': server.credentials.api_key,
        'content-type': 'application/json',
        connection: 'close',
        ...headers,
      },
      ...(more && { body: JSON.stringify(more) }),
    });
    const answer = (await response.json()) as { data?: Record<string, unknown> };
    if (!response.ok) throw new Error(`${to}: ${JSON.stringify(answer)}`);
    return answer.data ?? {};
  };
  const { access_token: token } = await post('/authenticate', { 'x-api-secret': server.credentials.api_secret });
  return post(path, { authorization: String(token) }, body);
}

/** A session of two documents, as an integrator's server makes it. */
export async function newSession(stage: ServerSide): Promise<string> {
  const { id } = await serverCall(stage, '/kyc/entitylocker-sdk/sessions/create', {
    '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request',
    flow: 'signin',
    doc_types: ['company_master_details', 'gstn_details'],
  });
  return String(id);
}

/** Lets the time of a session run out. */
export async function letExpire(stage: ServerSide, sessionId: string): Promise<void> {
  await serverCall(stage, `/test/sessions/${sessionId}/clock`, { advance: 'link' });
}
