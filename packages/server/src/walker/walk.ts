import type { WalkAction, WalkPlace, WalkStep } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { type BrowserOptions, type BrowserSettings, type Landing, openBrowser } from './browser.ts';
import { formsOf, hasFault, type Page } from './page.ts';
import { actionsAt, formFor, placeOf } from './places.ts';
import { stepForms } from './steps.ts';

/** Where one pretend person stands, and what they can do there. */
export interface Standing {
  place: WalkPlace;
  actions: WalkAction[];
}

/** One pretend person with a browser of their own, on the way through one session. */
export interface Walk {
  standing(): Standing;
  act(action: WalkAction, step: Omit<WalkStep, 'action'>, options?: BrowserOptions): Promise<void>;
  /** Whether the page of the session still has this way on. */
  offers(step: 'continue' | 'retry'): boolean;
  /** The address to which EntityLocker sent the browser back last. */
  callback(): URL | undefined;
  /** Opens an address in the same browser. */
  visit(url: URL): Promise<void>;
}

export function beginWalk(settings: BrowserSettings & { gatewayUrl: string }, sessionId: string): Walk {
  const sessionUrl = `${settings.gatewayUrl}/consent/${sessionId}`;
  let browser = openBrowser(settings);
  let page: Page | undefined;
  /** EntityLocker has let the person go; where to may be an address that is not ours to open. */
  let hasLeft = false;

  const place = (): WalkPlace => (hasLeft ? 'returned' : placeOf(page, settings.gatewayUrl));
  const standing = (): Standing => {
    const at = place();
    const actions: WalkAction[] = [...actionsAt[at]];
    if (page && formFor(page, 'retry')) actions.push('retry');
    if (browser.callback()) actions.push('return');
    actions.push('open');
    if (at !== 'start') actions.push('abandon');
    return { place: at, actions };
  };
  const land = ({ page: next }: Landing): void => {
    // A page that says that this is the end of the road changes nothing: whoever meets it goes back.
    if (next?.status === 409) return;
    hasLeft = next === undefined;
    if (next) page = next;
  };
  const submit = async (step: string, fields: readonly (readonly [string, string])[], options?: BrowserOptions) => {
    const form = page && formFor(page, step);
    if (!form) throw impossible(standing().actions);
    land(await browser.submit(form, fields, options));
  };

  const open = async (options?: BrowserOptions): Promise<void> => {
    land(await browser.get(sessionUrl));
    if (page && formFor(page, 'continue')) await submit('continue', [], options);
  };
  const deny = (options?: BrowserOptions): Promise<void> =>
    place() === 'consent' ? submit('consent', [['decision', 'deny']], options) : submit('deny', [], options);
  const send = async (action: WalkAction, step: Omit<WalkStep, 'action'>, options?: BrowserOptions): Promise<void> => {
    const way = stepForms[action];
    if (!way) throw impossible(standing().actions);
    const other = (action === 'sign_up' && place() === 'sign_in') || (action === 'sign_in' && place() !== 'sign_in');
    if (other) await submit('other-way', []);
    const form = page && formFor(page, way.form);
    if (!page || !form) throw impossible(standing().actions);
    await submit(way.form, way.fields(form, { action, ...step }, page), options);
    if (page && way.known && formFor(page, way.form) && hasFault(page)) {
      const personas = way.known(page, formsOf(page)).join(', ');
      // Back to the page from which nothing was taken.
      if (other) await submit('other-way', []);
      throw new AppError('unknown_persona', { fill: { personas } });
    }
  };

  return {
    standing,
    act: async (action, step, options) => {
      if (!standing().actions.includes(action)) throw impossible(standing().actions);
      switch (action) {
        case 'open':
          return open(options);
        case 'abandon':
          browser = openBrowser(settings);
          page = undefined;
          hasLeft = false;
          return;
        case 'return':
          return land(await browser.get(browser.callback() ?? sessionUrl));
        case 'retry':
          return submit('retry', []);
        case 'deny':
          return deny(options);
        default:
          return send(action, step, options);
      }
    },
    offers: (step) => page !== undefined && !hasLeft && formFor(page, step) !== undefined,
    callback: () => browser.callback(),
    visit: async (url) => land(await browser.get(url)),
  };
}

/** Nothing was sent. */
export function impossible(actions: readonly string[]): AppError {
  return new AppError('invalid_action', { fill: { actions: actions.join(', ') || 'none, the session has ended' } });
}
