import {
  type FrameStep,
  type frameToPage,
  type MessageOf,
  pageToFrame,
  readMessage,
  windowToFrame,
} from '../page-messages.ts';
import { browserCalls } from './browser-calls.ts';
import { addressWith, colour, dress, type Hello, hang, isOtherLanguage, lookNow } from './looks.ts';

/**
 * The script of our frame on an integrator's page. It holds the SDK token, which that page never sees; it opens the window
 * of the trip in the click itself; and it asks the server how the session stands, whatever messages were lost. What it shows
 * is the server's: at each change of state it loads anew.
 *
 * A frame is always a process that has just begun, in which whatever is used first costs most: what stands in the HTML is not asked
 * for, and what a string can say makes no object (docs/performance.md).
 */

/** How often it is asked, ms: with the last word of a window, an end is reported within five seconds. As often it is looked whether the window of a trip is still there. */
const pollMs = 3_500;
/** How long the window of a trip that is over has to say so itself, ms: then nothing is asked of a session at its end. */
const lastWordMs = 1_000;
/** Consented, but not listed yet: so long and so often it is asked on in place, ms, before the page says that it waits. Mostly the list is there. */
const listingMs = 2_000;
const listingPollMs = 500;
/** What a page says of itself as it loads, screen readers do not announce: only what changes after that, ms. */
const announceMs = 300;
const windowSize = { width: 480, height: 760 };

/** A message before it gets the nonce of the conversation. */
type Said<M> = M extends unknown ? Omit<M, 'nonce'> : never;

/** What the server has written into the page (`http/routes/frame.ts`). */
function writtenIn(body: HTMLElement) {
  return JSON.parse(body.getAttribute('data-frame') ?? '') as {
    session: string;
    apiKey: string;
    status: string;
    reason: string;
    requested: string[];
    consented: string[];
    /** Begins the names of the windows of trips. */
    trip: string;
    /** The browser is another app's: a second window there opens nowhere, or in the place of the first. */
    isInOtherApp: boolean;
  };
}

function runFrame(written: ReturnType<typeof writtenIn>): void {
  const { session, apiKey, status, reason, requested, consented } = written;
  const calls = browserCalls(session, apiKey);
  const locale = document.documentElement.lang;
  let state = { step: stepOf(status), status, reason, requested, consented, error: '', locale };
  let home: { origin: string; nonce: string; page: string } | undefined;
  let trip: { window: Window; nonce: string; overAt?: number } | undefined;
  let trips = 0;
  let departure: string | undefined;
  let coloured: Promise<void> | undefined;
  let isAsking = false;
  let nextPollAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listedBy: number | undefined;
  const isEnd = () => state.step === 'end';
  // Nobody is asked again who has just answered: the list is about to come.
  const isAway = () => state.step === 'entitylocker' || (state.step === 'waiting' && stepOf(status) === 'notice');
  const view = () => [state.step, isAway(), state.error].join();
  let shown = view();

  const say = (words: Said<MessageOf<typeof frameToPage>>) =>
    home && parent.postMessage({ ...words, nonce: home.nonce }, home.origin);
  const report = () => say({ type: 'tijori.state', ...state });
  const become = (more: Partial<typeof state>) => {
    const before = String(Object.values(state));
    state = { ...state, ...more };
    // What is as it was says nothing; a page that has missed something asks.
    if (String(Object.values(state)) === before) return;
    report();
    if (view() === shown) return;
    shown = view();
    let seen: Element | undefined;
    for (const part of document.querySelectorAll<HTMLElement>('[data-when]')) {
      part.hidden = part.getAttribute('data-when') !== (isAway() ? 'entitylocker' : 'notice');
      if (!part.hidden) seen = part;
    }
    for (const part of document.querySelectorAll<HTMLElement>('[data-error]')) part.hidden = state.error === '';
    announce(seen);
  };
  /** Beside what is to be seen, since the keyboard may be in the integrator's page: it is not taken from there. */
  const announce = (seen: ParentNode = document) => {
    const words = (state.step !== 'notice' && seen.querySelector('h1')?.textContent) || '';
    const voice = document.querySelector('[role=status]');
    if (voice && voice.textContent !== words) voice.textContent = words;
  };
  const endTrip = () => {
    trip?.window.close();
    trip = undefined;
  };

  /** Asks when it is time, and looks for the window of a trip: by itself, and whenever the person is back here. */
  const look = () => {
    if (trip?.window.closed) {
      trip = undefined;
      if (state.step === 'entitylocker') become({ step: 'notice' });
      nextPollAt = 0;
    }
    if (Date.now() >= nextPollAt) void ask();
    sleep();
  };
  const sleep = () => {
    clearTimeout(timer);
    if (trip || !isEnd()) timer = setTimeout(look, Math.min(Math.max(nextPollAt - Date.now(), 0), pollMs));
  };
  const ask = async () => {
    if (isAsking || isEnd()) return;
    isAsking = true;
    nextPollAt = Date.now() + pollMs;
    await (calls.hasBegun() ? hear() : begin());
    isAsking = false;
    sleep();
  };
  /** The first call. What the session is like then, the page says that came with it. */
  const begin = async () => stumble(await calls.begin());
  const stumble = (code: string) => {
    // No network, or a server that is starting: nothing is lost, and the next try says more.
    if (code) become({ error: code });
    if (code === 'invalid_session_lifecycle') location.reload();
  };
  const hear = async () => {
    const answer = await calls.session();
    if (!answer.data) return stumble(answer.code);
    const step = stepOf(answer.data.status);
    if (trip && step !== 'notice') {
      trip.overAt ??= Date.now();
      nextPollAt = trip.overAt + lastWordMs;
      if (Date.now() < nextPollAt) return;
    }
    become({
      step: step === 'notice' && trip ? 'entitylocker' : step,
      status: answer.data.status,
      reason: answer.code,
      consented: answer.data.documents_consented ?? [],
      error: '',
    });
    // What is on show is the page for `status`.
    if (step === 'notice' || answer.data.status === status) return;
    if (step === 'waiting') {
      listedBy ??= Date.now() + listingMs;
      nextPollAt = Date.now() + listingPollMs;
      if (Date.now() < listedBy) return;
    }
    endTrip();
    location.reload();
  };

  const leave = (url: string | undefined) => {
    departure = url;
    say({ type: 'tijori.leave', by: url ? 'frame' : 'page' });
  };
  /** Runs inside the click: the window must be opened before anything is waited for. */
  const goToEntityLocker = async (pressed: HTMLButtonElement) => {
    trips += 1;
    const nonce = `${written.trip}.${trips}`;
    const appearance = lookNow();
    const isSameTab = written.isInOtherApp || isHandheld() || calls.hasLostCookie();
    const opened = isSameTab
      ? null
      : window.open(`/consent/${session}/window?${appearance.join('&')}`, nonce, features());
    if (opened) {
      endTrip();
      trip = { window: opened, nonce };
      become({ step: 'entitylocker' });
      sleep();
    }
    await begun;
    const ticket = calls.hasBegun() && (await calls.authorizationUrl());
    const url = ticket ? [ticket, ...choiceOf(pressed, appearance)].join('&') : undefined;
    if (opened && url) return opened.location.replace(url);
    endTrip();
    if (!opened || !calls.hasBegun() || calls.hasLostCookie()) return leave(url);
    become({ step: 'notice', error: 'upstream_unavailable' });
    void ask();
  };
  const press = (button: HTMLButtonElement) => {
    const name = button.getAttribute('data-press');
    if (name === 'close') say({ type: 'tijori.close' });
    if (name === 'show') trip?.window.focus();
    if (name === 'again') {
      endTrip();
      become({ step: 'notice' });
    }
  };

  /** The page, which speaks first. Whom the key's list lets embed us is the policy's business (frame-ancestors); from then on it is this one alone. */
  const greet = (origin: string, message: Hello) => {
    const address = addressWith(message);
    // Not before the first answer: a cookie that is lost on the way costs the session (decision 8).
    if (address && isOtherLanguage(message)) return void begun.then(() => location.replace(address));
    if (address) history.replaceState(null, '', address);
    const answer = () => {
      home = { origin, nonce: message.nonce, page: message.page };
      dress(message);
      if (message.logo.startsWith('http')) {
        hang(`/consent/${session}/logo?key=${encodeURIComponent(apiKey)}&url=${encodeURIComponent(message.logo)}`);
      }
      report();
    };
    // The greeting comes again until it is answered; all wait for the same colours. Those that the server knew are there.
    if (address) coloured ??= colour();
    if (coloured) void coloured.then(answer);
    else answer();
  };
  addEventListener('message', ({ source, origin, data }) => {
    if (source && source === parent && (!home || home.origin === origin)) {
      const message = readMessage(pageToFrame, data);
      if (!message || (home && home.nonce !== message.nonce)) return;
      if (message.type === 'tijori.hello') greet(origin, message);
      else if (message.type === 'tijori.bye') endTrip();
      else if (departure && window.top) {
        const back = `&key=${encodeURIComponent(apiKey)}&return=${encodeURIComponent(home?.page ?? '')}`;
        window.top.location.href = departure + back;
        departure = undefined;
      }
    } else if (trip && source === trip.window && origin === location.origin) {
      const message = readMessage(windowToFrame, data);
      if (message?.nonce !== trip.nonce || message.session !== session) return;
      endTrip();
      // Nothing came of it, or no answer did: how the session stands must be asked.
      void calls.confirmReturn(message.handle).then((isConfirmed) => (isConfirmed ? location.reload() : ask()));
    }
  });
  addEventListener('keydown', ({ key }) => key === 'Escape' && say({ type: 'tijori.close' }));
  addEventListener('focus', look);
  // Forms are sent by a press of their button alone, and those are presses, too.
  addEventListener('click', (event) => {
    const button = (event.target as Element).closest('button');
    if (!button?.form) return button && press(button);
    event.preventDefault();
    const { action } = button.form;
    if (action.endsWith('/continue')) void goToEntityLocker(button);
    else void calls.send(action).then(ask);
  });
  if (state.step !== 'notice') setTimeout(() => announce(), announceMs);
  const begun = ask();
}

function stepOf(status: string): FrameStep {
  if (status === 'created' || status === 'initialized') return 'notice';
  return status === 'authorized' ? 'waiting' : 'end';
}

/** Phones and tablets: a second window is another tab there, out of which people do not find back. */
function isHandheld(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

/** In the middle; browsers keep what is beyond the edge on the screen. */
function features(): string {
  const { width, height } = windowSize;
  const { availWidth, availHeight } = screen;
  return `popup,width=${width},height=${height},left=${(availWidth - width) / 2},top=${(availHeight - height) / 2}`;
}

/** What the address of the trip says: in which language the request was read, which way in was pressed, and how the pages look. */
function choiceOf(pressed: HTMLButtonElement, appearance: readonly string[]): string[] {
  const choice = [`lang=${document.documentElement.lang}`];
  if (pressed.name) choice.push(`${pressed.name}=${pressed.value}`);
  return [...choice, ...appearance.filter((part) => !part.startsWith('lang='))];
}

if (parent === window) location.replace(location.pathname.replace(/\/frame$/, ''));
else runFrame(writtenIn(document.body));
