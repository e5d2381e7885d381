import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../../scripts/needs.ts';
import { openCamera } from '../screens/camera.ts';
import { languageStates, screenStates } from '../screens/states.ts';
import { faults, lossesAtDoubleSize } from './accessibility.ts';
import { launchChromium } from './chromium.ts';

/** Pages that are judged at once: axe-core keeps one core busy. */
const lanes = 2;

test('every state of the pages for people is accessible in both themes, at 1280 and at 320 px, and at twice the size', {
  timeout: 1_200_000,
}, async (t) => {
  const executablePath = needs(t, 'chromium');
  if (!executablePath) return;
  const browser = await launchChromium(executablePath);
  t.after(() => browser.close());
  const states = [...screenStates, ...languageStates];
  const found: string[] = [];
  let judged = 0;
  const judge = async (_: unknown, lane: number) => {
    const camera = await openCamera(browser, { colorScheme: 'light', width: 1280 });
    for (const state of states.filter((_, index) => index % lanes === lane)) {
      const page = await camera.show(state);
      const all = [...(await faults(page)), ...(await lossesAtDoubleSize(page))];
      found.push(...all.map((fault) => `${state.name}: ${fault}`));
      judged += 1;
    }
    await camera.close();
  };
  await Promise.all(Array.from({ length: lanes }, judge));
  assert.deepEqual(found, []);
  assert.equal(judged, states.length);
  assert.ok(states.length >= 58, 'of all states');
});
