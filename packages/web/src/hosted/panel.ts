/**
 * The script of the demo beside its shop: writes down each event that the shop's page hears, each call that its server makes and
 * each that the gateway's frame makes, as they come. The shop knows of it only that somebody may be listening (`entitylocker`
 * events of the window), and the frame knows nothing: here alone it is of the page's own origin and can be looked into.
 */

interface Happening {
  atMs: number;
  kind: 'event' | 'call' | 'frame';
  name: string;
  /** Beside the name: how it came out. */
  more: string;
  isGood: boolean;
  /** Shown when it is asked for. */
  detail: string;
}

interface Call {
  method: string;
  path: string;
  status: number;
  elapsedMs: number;
  request?: unknown;
  answer: unknown;
}

/** Kept in this tab, since on a phone the person leaves the page in the middle. */
const storageName = 'tijori-demo-panel';
const happeningsMax = 200;
const copiedMs = 1_500;
/** How often it is looked whether there is another frame, or another page in it, ms. */
const framesMs = 100;
const chips = { event: 'event', call: 'API', frame: 'frame' };
/** The last part of those browser calls that are not a GET (sandbox-api §1.10). */
const posted = ['init', 'authorize', 'reset'];
/** A session's id: its first part tells it apart here. */
const idPattern = /([0-9a-f]{8})-[0-9a-f-]{27}/;

function runPanel(): void {
  const part = <T extends HTMLElement>(name: string) => document.querySelector<T>(`[data-panel="${name}"]`);
  const list = part('list');
  const nothing = part('nothing');
  let happenings = kept();

  const draw = (from: number) => {
    const first = happenings[0]?.atMs ?? 0;
    list?.append(...happenings.slice(from).map((each) => row(each, first)));
    if (nothing) nothing.hidden = happenings.length > 0;
    if (list) list.scrollTop = list.scrollHeight;
  };
  const note = (...more: Happening[]) => {
    happenings = [...happenings, ...more].slice(-happeningsMax);
    keep(happenings);
    draw(happenings.length - more.length);
  };

  addEventListener('entitylocker', (event) => {
    const { type, ...fields } = (event as CustomEvent<{ type: string; step?: string; code?: string }>).detail;
    const more = fields.step ?? fields.code ?? '';
    const isGood = !['error', 'expired', 'cancelled', 'consent_denied'].includes(type);
    const detail = JSON.stringify({ type, ...fields }, null, 2);
    note({ atMs: Date.now(), kind: 'event', name: type, more: more === type ? '' : more, isGood, detail });
  });

  const call = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const response = await call(input, init);
    if (String(input).startsWith('/demo/api/')) {
      const { calls = [] } = (await response
        .clone()
        .json()
        .catch(() => ({}))) as { calls?: Call[] };
      note(...calls.map(happeningOf));
    }
    return response;
  };

  watchFrames((entry) => note(frameCall(entry)));

  document.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLElement>('button[data-panel]');
    if (button?.dataset.panel === 'clear') {
      happenings = [];
      keep(happenings);
      list?.replaceChildren();
      draw(0);
    }
    if (button?.dataset.panel === 'copy') void copy(button);
  });
  const settings = part<HTMLFormElement>('settings');
  settings?.addEventListener('change', () => settings.submit());
  settings?.classList.add('live');
  draw(0);
}

function happeningOf({ method, path, status, elapsedMs, request, answer }: Call): Happening {
  const body = request === undefined ? '' : `${JSON.stringify(request, null, 2)}\n\n`;
  return {
    atMs: Date.now(),
    kind: 'call',
    name: `${method} ${path.replace(idPattern, '$1…')}`,
    more: `${status} · ${elapsedMs} ms`,
    isGood: status < 400,
    detail: `${method} ${path}\n${body}→ ${status}\n${JSON.stringify(answer, null, 2)}`,
  };
}

/** Tells each browser call that a frame of this page has made, once. */
function watchFrames(tell: (entry: PerformanceResourceTiming) => void): void {
  const seen = new WeakSet<Performance>();
  const roots = () => [document, ...[...document.body.children].flatMap(({ shadowRoot }) => shadowRoot ?? [])];
  const watch = (inner: Window) => {
    const { performance } = inner;
    if (seen.has(performance)) return;
    seen.add(performance);
    const told = new Set<number>();
    const look = () => {
      for (const entry of performance.getEntriesByType('resource') as PerformanceResourceTiming[]) {
        const isNew =
          entry.name.includes('/kyc/entitylocker-sdk/') && entry.responseEnd > 0 && !told.has(entry.startTime);
        if (isNew) tell(entry);
        told.add(entry.startTime);
      }
    };
    const timer = setInterval(look, framesMs);
    // The page in it goes at each change of state, and what it has just asked goes with it.
    inner.addEventListener('pagehide', () => {
      clearInterval(timer);
      look();
    });
  };
  setInterval(() => {
    for (const frame of roots().flatMap((root) => [...root.querySelectorAll('iframe')])) {
      try {
        if (frame.contentWindow?.location.host === location.host) watch(frame.contentWindow);
      } catch {
        // In the middle of a navigation it is nobody's.
      }
    }
  }, framesMs);
}

/** What can be told of it without a token: the frame's own business stays with it. */
function frameCall(entry: PerformanceResourceTiming): Happening {
  const { pathname } = new URL(entry.name);
  const method = posted.includes(pathname.split('/').at(-1) ?? '') ? 'POST' : 'GET';
  const { responseStatus: status, duration } = entry;
  return {
    atMs: Date.now(),
    kind: 'frame',
    name: `${method} ${pathname.replace(idPattern, '$1…')}`,
    more: `${status} · ${Math.round(duration)} ms`,
    isGood: status < 400,
    detail: `${method} ${pathname}\nby the gateway’s frame, with a token that this page never sees\n→ ${status}`,
  };
}

function row({ atMs, kind, name, more, isGood, detail }: Happening, firstMs: number): HTMLElement {
  const item = element('li', kind);
  item.classList.toggle('bad', !isGood);
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  const what = element('code', 'name');
  what.textContent = name;
  const how = element('span', 'more');
  how.textContent = more;
  const chip = element('span', 'kind');
  chip.textContent = chips[kind];
  const time = element('span', 'time');
  time.textContent = `+${((atMs - firstMs) / 1000).toFixed(1)} s`;
  summary.append(chip, what, how, time);
  const text = document.createElement('pre');
  text.textContent = detail;
  text.tabIndex = 0;
  text.ariaLabel = name;
  details.append(summary, text);
  item.append(details);
  return item;
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

async function copy(button: HTMLElement): Promise<void> {
  const text = button.parentElement?.querySelector('pre')?.textContent ?? '';
  const done = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'Select and copy it',
  );
  const before = button.textContent;
  button.textContent = done;
  setTimeout(() => {
    button.textContent = before;
  }, copiedMs);
}

function kept(): Happening[] {
  try {
    const list: unknown = JSON.parse(sessionStorage.getItem(storageName) ?? '[]');
    return Array.isArray(list) ? (list as Happening[]) : [];
  } catch {
    return [];
  }
}

function keep(happenings: readonly Happening[]): void {
  try {
    sessionStorage.setItem(storageName, JSON.stringify(happenings));
  } catch {}
}

runPanel();
