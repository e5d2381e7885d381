import { converse } from './conversation.ts';
import type { EntityLockerEvent, Outcome } from './events.ts';
import { labelsIn } from './labels.ts';
import type { EntityLockerOptions, OpenOptions } from './options.ts';
import { keepPending } from './pending.ts';
import { type FrameState, tellApart } from './state-events.ts';
import { openInside, openModal } from './surface.ts';

/** How long the last page stays up after a success, ms: long enough to be read, and Escape is there. */
const settleMs = 1_600;
/** The frame takes the tab within this, ms, or the page does. */
const departureMsMax = 4_000;

/** One session on show. */
export interface Opening {
  sessionId: string;
  outcome: Promise<Outcome>;
  close(): void;
}

/** Brings the consent page up and tells what happens there, until it is closed. */
export function openSession(
  options: EntityLockerOptions & { baseUrl: string },
  sessionId: string,
  emit: (event: EntityLockerEvent) => void,
): Opening {
  const { baseUrl, apiKey, brand, theme, locale } = options;
  // As `Promise.withResolvers`, which phones of 2022 lack.
  let resolve: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((take) => {
    resolve = take;
  });
  const path = `${baseUrl}/consent/${encodeURIComponent(sessionId)}`;
  const key = `?key=${encodeURIComponent(apiKey)}`;
  const keep = () => keepPending(baseUrl, { sessionId, look: lookOf(options) });
  const leaveTab = () => {
    keep();
    location.assign(`${path}${key}${lookQuery(options)}&return=${encodeURIComponent(location.href)}`);
  };
  let isOpen = true;
  let ended = false;
  let last: FrameState | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    removeEventListener('pageshow', onShow);
    if (last && !ended) talk?.bye();
    talk?.stop();
    surface?.remove();
    resolve({ sessionId, result: 'closed', consented: [] });
    emit({ type: 'closed', sessionId });
  };
  // Back can bring this very page to life again, its timers too, after its tab was elsewhere: then the next click opens the session anew.
  const onShow = ({ persisted }: PageTransitionEvent) => persisted && close();
  const container = options.mode === 'container' && options.container?.();
  const look = {
    url: `${path}/frame${key}`,
    mode: theme?.mode ?? '',
    labels: labelsIn(locale || navigator.language, options.labels),
    cspNonce: options.cspNonce,
  };
  const surface =
    options.mode === 'redirect' ? undefined : container ? openInside(container, look) : openModal(look, close);
  const talk =
    surface &&
    converse(
      surface.iframe,
      baseUrl,
      {
        page: location.href,
        place: container ? 'container' : 'modal',
        brand: brand?.name ?? '',
        logo: brand?.logoUrl ?? '',
        mode: theme?.mode ?? '',
        seed: theme?.seed ?? '',
        locale: locale ?? '',
      },
      {
        state(state) {
          if (ended) return;
          const told = tellApart(sessionId, last, state);
          // The person may choose another language in the frame, and the session may have one of its own.
          if (state.locale && state.locale !== last?.locale) surface.speak(labelsIn(state.locale, options.labels));
          if (!last) {
            surface.reveal();
            surface.focus();
          }
          last = state;
          ended = told.outcome !== undefined;
          if (told.outcome) resolve(told.outcome);
          if (state.status === 'succeeded' && !container) timer = setTimeout(close, settleMs);
          for (const event of told.events) emit(event);
        },
        close: () => container || close(),
        leave(by) {
          if (by === 'page') return leaveTab();
          keep();
          talk?.go();
          timer = setTimeout(leaveTab, departureMsMax);
        },
        silent() {
          talk?.stop();
          surface.say(look.labels.unavailable);
          if (ended) return;
          ended = true;
          resolve({ sessionId, result: 'failed', consented: [] });
          emit({ type: 'error', code: 'frame_unavailable', final: true, sessionId });
        },
      },
    );
  addEventListener('pageshow', onShow);
  emit({ type: 'opened', sessionId });
  if (!surface) leaveTab();
  return { sessionId, outcome, close };
}

/** Our page at top level takes its look from its address; a brand it takes from nobody, since anybody can write a link. */
function lookQuery({ theme, locale }: OpenOptions): string {
  const seed = theme?.seed?.replace('#', '');
  return Object.entries({ lang: locale, seed, mode: theme?.mode })
    .map(([name, value]) => (value ? `&${name}=${encodeURIComponent(value)}` : ''))
    .join('');
}

function lookOf({ brand, theme, locale }: OpenOptions): OpenOptions {
  return { ...(brand && { brand }), ...(theme && { theme }), ...(locale && { locale }) };
}
