import {
  type FrameStep,
  type frameToPage,
  type MessageOf,
  pageToFrame,
  readMessage,
  windowToFrame,
} from '../page-messages.ts';
import { browserCalls } from './browser-calls.ts';

/**
 * The script of our frame on an integrator's page. It holds the SDK token, which that page never sees; it opens the window
 * of the trip in the click itself; and it asks the server how the session stands, whatever messages were lost. What it shows
 * is the server's: at each change of state it loads anew.
 */

/** How often it is asked, ms: an end is reported within five seconds. */
const pollMs = 2_500;
/** How long the window of a trip that is over has to say so itself, ms: then nothing is asked of a session at its end. */
const lastWordMs = 1_000;
/** How often it is looked whether the window is still there, ms. Mostly the keyboard comes back here when it goes, and says so. */
const lookMs = 1_000;
/** Consented, but not listed yet: so long and so often it is asked on in place, ms, before the page says that it waits. Mostly the list is there. */
const listingMs = 2_000;
const listingPollMs = 500;
/** What a page says of itself as it loads, screen readers do not announce: only what changes after that, ms. */
const announceMs = 300;
const windowSize = { width: 480, height: 760 };

/** Web views of other apps: a second window there opens nowhere, or in the place of the first. */
const otherApps = ['; wv)', 'FBAN/', 'FBAV/', 'Instagram', ' Line/'];

function runFrame({ session = '', apiKey = '', status = '', ...given }: DOMStringMap): void {
  const calls = browserCalls(session, apiKey);
  const words = (list: string | undefined) => (list ?? '').split(' ').filter((word) => word !== '');
  let state = {
    step: stepOf(status),
    status,
    reason: given.reason ?? '',
    requested: words(given.requested),
    consented: words(given.consented),
    error: '',
    locale: document.documentElement.lang,
  };
  let home: { origin: string; nonce: string; page: string } | undefined;
  let trip: { window: Window; nonce: string; overAt?: number } | undefined;
  let departure: string | undefined;
  let coloured: Promise<void> | undefined;
  let isAsking = false;
  let nextPollAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasAsked = false;
  let listedBy: number | undefined;
  const isEnd = () => state.step === 'end';
  // Nobody is asked again who has just answered: the list is about to come.
  const isAway = () => state.step === 'entitylocker' || (state.step === 'waiting' && stepOf(status) === 'notice');
  const view = () => [state.step, isAway(), state.error].join();
  let shown = view();

  const say = (message: MessageOf<typeof frameToPage>) => home && parent.postMessage(message, home.origin);
  const report = () => say({ type: 'tijori.state', nonce: home?.nonce ?? '', ...state });
  const become = (more: Partial<typeof state>) => {
    state = { ...state, ...more };
    report();
    if (view() === shown) return;
    shown = view();
    for (const part of document.querySelectorAll<HTMLElement>('[data-when]')) {
      part.hidden = part.dataset.when !== (isAway() ? 'entitylocker' : 'notice');
    }
    for (const part of document.querySelectorAll<HTMLElement>('[data-error]')) part.hidden = state.error === '';
    announce();
  };
  /** Beside what is to be seen, since the keyboard may be in the integrator's page: it is not taken from there. */
  const announce = () => {
    const heading = state.step === 'notice' ? null : document.querySelector('[data-when]:not([hidden]) h1');
    const voice = document.querySelector('[role=status]');
    const words = heading?.textContent ?? '';
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
    const ms = Math.min(Math.max(nextPollAt - Date.now(), 0), trip ? lookMs : pollMs);
    if (trip || !isEnd()) timer = setTimeout(look, ms);
  };
  const ask = async () => {
    if (isAsking || isEnd()) return;
    isAsking = true;
    nextPollAt = Date.now() + pollMs;
    await hear();
    isAsking = false;
    sleep();
  };
  const hear = async () => {
    const answer = await calls.session();
    if (!answer.data) {
      // No network, or a server that is starting: nothing is lost, and the next try says more.
      if (answer.code) become({ error: answer.code });
      if (answer.code === 'invalid_session_lifecycle') location.reload();
      return;
    }
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
    say({ type: 'tijori.leave', nonce: home?.nonce ?? '', by: url ? 'frame' : 'page' });
  };
  /** Runs inside the click: the window must be opened before anything is waited for. */
  const goToEntityLocker = async (choice: URLSearchParams) => {
    const nonce = crypto.randomUUID();
    const appearance = lookNow();
    const isSameTab = isHandheld() || isInOtherApp() || (hasAsked && !calls.isBound());
    const opened = isSameTab ? null : window.open(`/consent/${session}/window?${appearance}`, nonce, features());
    if (opened) {
      endTrip();
      trip = { window: opened, nonce };
      become({ step: 'entitylocker' });
      sleep();
    }
    await firstAnswer;
    const ticket = calls.isBound() ? await calls.authorizationUrl() : undefined;
    for (const [name, value] of appearance) if (!choice.has(name)) choice.set(name, value);
    const url = ticket && `${ticket}&${choice}`;
    if (opened && url) return opened.location.replace(url);
    endTrip();
    if (!opened || !calls.isBound()) return leave(url);
    become({ step: 'notice', error: 'upstream_unavailable' });
    void ask();
  };

  addEventListener('message', ({ source, origin, data }) => {
    if (source && source === parent && (!home || home.origin === origin)) {
      const message = readMessage(pageToFrame, data);
      if (!message || (home && home.nonce !== message.nonce)) return;
      if (message.type === 'tijori.hello') {
        // Whom the key's list lets embed us is the policy's business (frame-ancestors); from here on it is this page alone.
        const address = addressWith(message);
        // Not before the first answer: a cookie that is lost on the way costs the session (decision 8).
        if (address && isOtherLanguage(message)) return void firstAnswer.then(() => location.replace(address));
        if (address) history.replaceState(null, '', address);
        const answer = () => {
          home = { origin, nonce: message.nonce, page: message.page };
          dress(message);
          if (message.logo.startsWith('http')) {
            hang(`/consent/${session}/logo?${new URLSearchParams({ key: apiKey, url: message.logo })}`);
          }
          report();
        };
        // The greeting comes again until it is answered; all wait for the same colours. Those that the server knew are there.
        if (address) coloured ??= colour();
        if (coloured) void coloured.then(answer);
        else answer();
      } else if (message.type === 'tijori.bye') {
        endTrip();
      } else if (departure && window.top) {
        const back = `&key=${encodeURIComponent(apiKey)}&return=${encodeURIComponent(home?.page ?? '')}`;
        window.top.location.href = departure + back;
        departure = undefined;
      }
    } else if (trip && source === trip.window && origin === location.origin) {
      const message = readMessage(windowToFrame, data);
      if (message?.nonce !== trip.nonce || message.session !== session) return;
      endTrip();
      void calls.confirmReturn(message.handle).then(ask);
    }
  });
  addEventListener('keydown', ({ key }) => key === 'Escape' && say({ type: 'tijori.close', nonce: home?.nonce ?? '' }));
  addEventListener('focus', () => {
    nextPollAt = Math.min(nextPollAt, Date.now());
    look();
  });
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const pressed = event.submitter as HTMLButtonElement | null;
    event.preventDefault();
    if (form.action.endsWith('/continue')) void goToEntityLocker(choiceOf(form, pressed));
    else void calls.send(form.action).then(ask);
  });
  document.addEventListener('click', ({ target }) => {
    const name = (target as HTMLElement).dataset?.press;
    if (name === 'close') say({ type: 'tijori.close', nonce: home?.nonce ?? '' });
    if (name === 'show') trip?.window.focus();
    if (name === 'again') {
      endTrip();
      become({ step: 'notice' });
    }
  });
  setTimeout(announce, announceMs);
  const firstAnswer = ask().then(() => {
    hasAsked = true;
  });
}

function stepOf(status: string): FrameStep {
  if (status === 'created' || status === 'initialized') return 'notice';
  return status === 'authorized' ? 'waiting' : 'end';
}

function isInOtherApp(): boolean {
  return otherApps.some((name) => navigator.userAgent.includes(name));
}

/** Phones and tablets: a second window is another tab there, out of which people do not find back. */
function isHandheld(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

function features(): string {
  const { width, height } = windowSize;
  const left = Math.max(0, Math.round((screen.availWidth - width) / 2));
  const top = Math.max(0, Math.round((screen.availHeight - height) / 2));
  return `popup,width=${width},height=${height},left=${left},top=${top}`;
}

type Hello = Extract<MessageOf<typeof pageToFrame>, { type: 'tijori.hello' }>;

/** What the address of this page says of its look (`http/appearance.ts` reads it), for the pages that follow it. */
function lookNow(): URLSearchParams {
  const look = new URLSearchParams(location.search);
  look.delete('key');
  return look;
}

/** What this page's address must say of its look to be as the integrator's page wants it, unless the person chose otherwise here. */
function addressWith({ mode, seed, locale }: Hello): string | undefined {
  if (!mode && !seed && !locale) return undefined;
  const query = new URLSearchParams(location.search);
  const wish = (name: string, value: string) => value !== '' && !query.has(name) && query.set(name, value);
  wish('lang', locale);
  wish('seed', /^#[0-9a-f]{6}$/i.test(seed) ? seed.slice(1) : '');
  wish('mode', mode);
  return query.size > new URLSearchParams(location.search).size ? `?${query}` : undefined;
}

/** Words are the server's: a page in another language is asked for once more, as long as nothing is shown. */
function isOtherLanguage({ locale }: Hello): boolean {
  const { lang } = document.documentElement;
  const isSaid = new URLSearchParams(location.search).has('lang');
  return locale !== '' && !isSaid && `${lang}-`.indexOf(`${locale}-`) !== 0;
}

/** The colours that the address says, in the page that is there already; done once they are to be seen. */
async function colour(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const mode = query.get('mode');
  if (mode) document.documentElement.dataset.mode = mode;
  const seed = query.get('seed')?.toLowerCase();
  if (!seed || !/^[0-9a-f]{6}$/.test(seed) || document.documentElement.dataset.seed === seed) return;
  document.documentElement.dataset.seed = seed;
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = `/assets/theme/${seed}.css`;
  await new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  });
}

/** Decoration that the page asked for: beside the registered name, never in its place. */
function dress({ brand, place }: Hello): void {
  document.documentElement.dataset.place = place;
  for (const part of document.querySelectorAll<HTMLElement>('[data-brand]')) {
    part.textContent = brand.slice(0, 80);
    part.hidden = brand === '';
  }
}

/** The logo, fetched and drawn anew by the server; one that cannot be had leaves no gap. */
function hang(address: string): void {
  for (const picture of document.querySelectorAll<HTMLImageElement>('[data-logo]')) {
    if (picture.getAttribute('src') === address) continue;
    picture.onload = () => {
      picture.hidden = false;
    };
    picture.src = address;
  }
}

/** What the form says, with the button that was pressed: which way in, and in which language it was read. */
function choiceOf(form: HTMLFormElement, pressed: HTMLButtonElement | null): URLSearchParams {
  const choice = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  if (pressed?.name) choice.set(pressed.name, pressed.value);
  return choice;
}

if (parent === window) location.replace(location.pathname.replace(/\/frame$/, ''));
else runFrame(document.body.dataset);
