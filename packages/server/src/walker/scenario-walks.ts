import type { WalkAction, WalkPlace } from '@tijori/wire';
import type { BrowserOptions } from './browser.ts';
import { stepForms } from './steps.ts';
import type { Walk } from './walk.ts';

/** Most pages of one sign-in: wrong tries and the longest sign-up included. */
const stepsMax = 20;
/** How often the person begins again when EntityLocker left the return without an answer. */
const roundsMax = 5;

/** Walks the whole journey; what the simulator does by itself, it does on the way. */
export type ScenarioWalk = (walk: Walk, scenario: string) => Promise<void>;

/** What the person does that cannot come from the simulator. Everything else is the straight way. */
const own: Readonly<Record<string, ScenarioWalk>> = {
  abandon_login: leaveAt('sign_in'),
  abandon_otp: leaveAt('otp'),
  abandon_consent: leaveAt('consent'),
  /** The return address of an earlier sign-in is opened after the end. */
  state_replayed: async (walk, scenario) => {
    const earlier = await toCallback(walk, scenario);
    await straightOn(walk, scenario);
    if (earlier) await walk.visit(earlier);
  },
  /** A browser that opens the return address twice at once. */
  callback_twice: async (walk, scenario) => {
    const address = await toCallback(walk, scenario);
    if (address) await Promise.all([walk.visit(address), walk.visit(address)]);
  },
  /** The code of this journey comes with the state of an earlier one. */
  code_reused: async (walk, scenario) => {
    const earlier = await toCallback(walk, scenario);
    await straightOn(walk, scenario);
    const last = walk.callback();
    if (!earlier || !last) return;
    const forged = new URL(last);
    forged.searchParams.set('state', earlier.searchParams.get('state') ?? '');
    await walk.visit(forged);
  },
};

/** From the session's present state to where this scenario ends. */
export async function walkScenario(walk: Walk, scenario: string): Promise<void> {
  await (Object.hasOwn(own, scenario) ? own[scenario] : straightOn)?.(walk, scenario);
}

async function straightOn(walk: Walk, scenario: string): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    await advance(walk, { scenario });
    // An answer that never came leaves the session open: its page says how it goes on.
    await walk.act('open', {}, { scenario });
    if (walk.offers('retry')) await walk.act('retry', {});
    if (walk.standing().place === 'returned') return;
  }
}

/** Through every page as it comes, until the browser is back or stands still. */
async function advance(walk: Walk, options: BrowserOptions, until?: WalkPlace): Promise<void> {
  if (walk.standing().place === 'start') await walk.act('open', {}, options);
  for (let step = 0; step < stepsMax; step += 1) {
    const { place, actions } = walk.standing();
    if (place === 'returned' || place === until) return;
    await walk.act(nextAction(actions), {}, options);
  }
}

function nextAction(actions: readonly WalkAction[]): WalkAction {
  return actions.find((action) => stepForms[action] !== undefined) ?? 'deny';
}

/** As `advance`, but the return address is only noted. */
async function toCallback(walk: Walk, scenario: string): Promise<URL | undefined> {
  await walk.act('open', {}, { scenario });
  await advance(walk, { scenario, stopAtCallback: true });
  return walk.callback();
}

function leaveAt(place: WalkPlace): ScenarioWalk {
  return async (walk, scenario) => {
    await walk.act('open', {}, { scenario });
    await advance(walk, { scenario }, place);
  };
}
