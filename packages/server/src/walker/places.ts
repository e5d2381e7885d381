import type { WalkAction, WalkPlace } from '@tijori/wire';
import { type Form, formsOf, type Page } from './page.ts';

/** Each page of EntityLocker by the form that it alone has; the first that fits wins. */
const placeOfForm = {
  consent: 'consent',
  approval: 'approval',
  identifier: 'identifier',
  entity: 'entity',
  pin: 'pin',
  otp: 'otp',
  link: 'link',
  'sign-up': 'sign_up',
  'sign-in': 'sign_in',
  deny: 'stopped',
} as const satisfies Record<string, WalkPlace>;

/** What can be done where, besides `open` and `abandon`. */
export const actionsAt: Readonly<Record<WalkPlace, readonly WalkAction[]>> = {
  start: [],
  sign_in: ['sign_in', 'sign_up', 'deny'],
  sign_up: ['sign_up', 'sign_in', 'deny'],
  link: ['link', 'sign_in', 'deny'],
  otp: ['enter_otp', 'deny'],
  pin: ['enter_pin', 'deny'],
  entity: ['choose_entity', 'deny'],
  identifier: ['give_identifier', 'deny'],
  approval: ['approve', 'deny'],
  consent: ['consent', 'deny'],
  stopped: ['deny'],
  returned: [],
};

/** Where a page stands. A page of the gateway, and one without a form that leads on, is `returned`. */
export function placeOf(page: Page | undefined, gatewayUrl: string): WalkPlace {
  if (!page) return 'start';
  if (page.url.origin === new URL(gatewayUrl).origin) return 'returned';
  const steps = new Set(formsOf(page).map(({ step }) => step));
  for (const [step, place] of Object.entries(placeOfForm)) if (steps.has(step)) return place;
  return 'returned';
}

/** The form of a page that does this step. */
export function formFor(page: Page, step: string): Form | undefined {
  return formsOf(page).find((form) => form.step === step);
}
